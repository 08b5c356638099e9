"""Where a study can be read in two ways: both readings, and what the difference changes."""

from dataclasses import dataclass
from typing import Any

from reprise.rendering import numbers
from reprise.rendering.entries import as_number
from reprise.rendering.metrics import difference_unit
from reprise.rendering.results import Results
from reprise.rendering.selected import compared_style


@dataclass(frozen=True)
class Deviation:
    """One difference with its measured effect in words; empty where nothing was measured."""

    id: str
    difference: str
    arm: str
    against: str
    effect: str
    unit: str
    interval: str
    n: int
    status: str


def study_deviations(results: Results, study: dict[str, Any]) -> list[Deviation]:
    """The deviations of a study in the order of its YAML."""
    rows = {row["id"]: row for row in results.deviations(study["id"]).to_dict("records")}
    artefacts = {artefact["id"]: artefact for artefact in study.get("artefacts", [])}
    return [
        deviation(spec, rows.get(spec["id"], {}), artefacts) for spec in study.get("deviations", [])
    ]


def deviation(
    spec: dict[str, Any], row: dict[str, Any], artefacts: dict[str, dict[str, Any]]
) -> Deviation:
    """One deviation from its specification, its row of results, and the study's artefacts."""
    effect, style = as_number(row.get("effect")), compared_style(spec, artefacts)
    decimals = numbers.finer(effect, style.decimals)
    if decimals is None:
        decimals = numbers.fitting_decimals(effect or 0.0)
    return Deviation(
        id=spec["id"],
        difference=spec["difference"],
        arm=spec.get("arm", ""),
        against=spec.get("against", ""),
        effect="" if effect is None else numbers.signed(effect, decimals),
        unit=difference_unit(style.unit),
        interval=numbers.interval(
            as_number(row.get("ci_low")), as_number(row.get("ci_high")), decimals
        ),
        n=int(as_number(row.get("n")) or 0),
        status=row.get("status") or "missing",
    )
