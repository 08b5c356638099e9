"""Whether the rows of a comparison can be compared: they report the same epochs of their runs, and
their metrics have one unit."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from reprise.errors import InputError
from reprise.studies.claims.artefacts import Artefacts
from reprise.studies.claims.selections import Selection, Term
from reprise.studies.measure_forms import depends_on_report, metric_name
from reprise.studies.metric_units import compared_unit
from reprise.studies.plain_records import plain
from reprise.studies.reported_epochs import ReportedEpochs


def check_reports(groups: Sequence[Term], artefacts: Artefacts, where: str) -> None:
    """Check the groups of one comparison of means. Arms may differ in what they report.

    Rows that report other epochs may be there where their weights add up to 0: in a difference of
    differences, each of one rule.

    Args:
        groups: whose means are compared.
        artefacts: those of the study, by id.
        where: file and key, for messages.

    Raises:
        InputError: rows of one arm report different epochs.
    """
    weights: dict[str, dict[ReportedEpochs, float]] = defaultdict(lambda: defaultdict(float))
    for group in groups:
        share = group.weight / sum(len(selection.rows) for selection in group.selections)
        for selection in group.selections:
            if not depends_on_report(selection.metric):
                continue
            for place in selection.rows:
                row = artefacts[selection.artefact].rows[place]
                weights[row.arm][row.report] += share
    for arm, of_reports in weights.items():
        if len(of_reports) > 1 and any(abs(weight) > 1e-9 for weight in of_reports.values()):
            first, second, *_ = map(plain, of_reports)
            raise InputError(
                f"{where}: expected rows that report the same epochs in the arm {arm!r}, found "
                f"{first} and {second}; give them one 'report', or compare a measure of the curve"
            )


def check_units(selections: Iterable[Selection], where: str) -> None:
    """Check the rows of one comparison of numbers.

    Args:
        selections: all that are compared.
        where: file and key, for messages.

    Raises:
        InputError: their metrics are in different units, or count different things.
    """
    units: dict[str, str] = {}
    for selection in selections:
        units.setdefault(compared_unit(selection.metric), metric_name(selection.metric))
    if len(units) > 1:
        first, second, *_ = (
            name if name == unit else f"{name} ({unit or 'no unit'})"
            for unit, name in units.items()
        )
        raise InputError(
            f"{where}: expected rows of metrics in one unit, found {first} and {second}; compare "
            "rows that show the same, or name one metric"
        )
