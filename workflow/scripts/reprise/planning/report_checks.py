"""Whether the sides of a comparison report the same epochs of their runs."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reprise.errors import InputError
from reprise.studies.cell import canonical_json
from reprise.studies.measure_forms import depends_on_report
from reprise.studies.study import Row

DEFAULT_ARM = "as run"


@dataclass(frozen=True)
class Side:
    """The rows of one selection, each with what is compared of it, and their common weight."""

    weight: float
    rows: list[tuple[Row, Any]]


def check_reports(sides: Iterable[Side], where: str, may_cancel: bool) -> None:
    """Check the sides of one comparison of means. Arms may differ in what they report.

    Args:
        sides: of a claim or deviation.
        where: file and key, for messages.
        may_cancel: whether rows that report other epochs may be there on both sides, so that
            their weights add up to 0: in a difference of differences, each of one rule.

    Raises:
        InputError: rows of one arm report different epochs.
    """
    weights: dict[str, dict[str, float]] = defaultdict(lambda: defaultdict(float))
    rules: dict[str, Mapping[str, Any]] = {}
    for side in sides:
        for row, metric in side.rows:
            if depends_on_report(metric):
                rule = canonical_json(row.report)
                rules[rule] = row.report
                weights[row.arm][rule] += side.weight / len(side.rows)
    for arm, found in weights.items():
        cancels = may_cancel and all(abs(weight) < 1e-9 for weight in found.values())
        if len(found) > 1 and not cancels:
            first, second, *_ = (dict(rules[rule]) for rule in found)
            raise InputError(
                f"{where}: expected rows that report the same epochs in the arm {arm!r}, found "
                f"{first} and {second}; give them one 'report', or compare a measure of the curve"
            )
