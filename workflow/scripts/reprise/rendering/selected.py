"""In what unit and with how many decimals a comparison of rows is written."""

from collections.abc import Mapping
from typing import Any

from reprise.rendering.metrics import Style, is_whole, metric_unit, row_style
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.claims.selections import selections_of
from reprise.studies.measure_forms import metric_name


def compared_style(comparison: Any, artefacts: Mapping[str, ArtefactRecord]) -> Style:
    """How the numbers are written that a rule or a deviation compares: those of its first
    selection.

    Args:
        comparison: a rule without parts, or a deviation.
        artefacts: of the study, by id.
    """
    selection = next(selections_of(comparison))
    artefact = artefacts[selection.artefact]
    shown = row_style(artefact, artefact.rows[selection.rows[0]])
    metric = selection.metric
    if metric_name(metric) == metric_name(shown.metric):
        return shown
    return Style(metric, metric_unit(metric), 0 if is_whole(metric) else None)
