"""Which rows of the plan a selection means, and so in what unit a comparison of them is."""

from typing import Any

from reprise.analysis.claims.traversal import own_selections
from reprise.analysis.measures import metric_name
from reprise.rendering.metrics import Style, artefact_style, is_whole, metric_unit, row_style


def compared_style(spec: dict[str, Any], artefacts: dict[str, dict[str, Any]]) -> Style:
    """How the numbers are written that a claim or deviation compares: those of its first selection.

    Args:
        spec: the claim or deviation as the plan has it, without parts and ``for_each``.
        artefacts: of the study, by id.
    """
    selection = next(own_selections(spec), {})
    artefact = artefacts.get(selection.get("artefact", spec.get("artefact")), {})
    row = next((row for row in artefact.get("rows", []) if is_meant(row, selection)), None)
    shown = artefact_style(artefact) if row is None else row_style(artefact, row)
    metric = selection.get("metric") or spec.get("metric")
    if metric is None or metric_name(metric) == metric_name(shown.metric):
        return shown
    return Style(metric, metric_unit(metric), 0 if is_whole(metric) else None)


def is_meant(row: dict[str, Any], selection: dict[str, Any]) -> bool:
    """Whether a row has the axis values of a selection; an axis that it does not name is free."""
    for axis, value in row["axes"].items():
        wanted = selection.get(axis, value)
        if str(value) not in map(str, wanted if isinstance(wanted, list) else [wanted]):
            return False
    return True
