"""Where a study can be read in two ways: both readings, and what the difference changes."""

from dataclasses import dataclass
from typing import Any

from reprise.rendering import numbers
from reprise.rendering.results import Results
from reprise.rendering.tables import as_number

DECIMALS = 2


@dataclass(frozen=True)
class Deviation:
    """One difference with its measured effect in words; empty where nothing was measured."""

    id: str
    difference: str
    arm: str
    against: str
    effect: str
    interval: str
    n: int
    status: str


def study_deviations(results: Results, study: dict[str, Any]) -> list[Deviation]:
    """The deviations of a study in the order of its YAML."""
    rows = {row["id"]: row for row in results.deviations(study["id"]).to_dict("records")}
    return [deviation(spec, rows.get(spec["id"], {})) for spec in study.get("deviations", [])]


def deviation(spec: dict[str, Any], row: dict[str, Any]) -> Deviation:
    """One deviation from its specification and its row of results."""
    effect = as_number(row.get("effect"))
    low, high = as_number(row.get("ci_low")), as_number(row.get("ci_high"))
    return Deviation(
        id=spec["id"],
        difference=spec["difference"],
        arm=spec.get("arm", ""),
        against=spec.get("against", ""),
        effect="" if effect is None else numbers.signed(effect, DECIMALS),
        interval="" if low is None and high is None else numbers.interval(low, high, DECIMALS),
        n=int(as_number(row.get("n")) or 0),
        status=row.get("status") or "missing",
    )
