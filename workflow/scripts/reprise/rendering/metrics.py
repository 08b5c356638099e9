"""What a metric is called, and with which unit and how many decimals its numbers are written."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.rendering.numbers import SCIENTIFIC
from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.claims.selections import selections_of
from reprise.studies.measure_forms import (
    Arrival,
    AtEpoch,
    Metric,
    OverShare,
    Settled,
    metric_name,
)
from reprise.studies.metric_units import difference_unit, is_arrival, is_whole, metric_unit
from reprise.studies.scores import score_of


@dataclass(frozen=True)
class Style:
    """What a number is of, its unit (empty without one), and how many decimals are written.

    ``decimals`` is a count, ``scientific``, or None where the size of the number decides.
    """

    metric: Metric
    unit: str
    decimals: int | str | None

    @property
    def compares_factors(self) -> bool:
        """Whether two such numbers are compared by their factor: they may have any size, so that
        their difference is that of the larger ones alone."""
        return self.decimals == SCIENTIFIC

    @property
    def label(self) -> str:
        """The metric with its unit."""
        return metric_label(self.metric, self.unit)


def artefact_style(artefact: ArtefactRecord) -> Style:
    """How the numbers of an artefact are written where its rows say nothing else."""
    unit = metric_unit(artefact.metric) if artefact.unit is None else artefact.unit
    return Style(artefact.metric, unit, artefact.decimals)


def row_style(artefact: ArtefactRecord, row: RowRecord) -> Style:
    """How the numbers of a row of the plan are written: as its axis values say, else its own
    metric, else the artefact."""
    common, own = artefact_style(artefact), row.metric
    style = Style(own, metric_unit(own), common.decimals) if own else common
    if own and is_whole(own):
        style = Style(own, style.unit, 0)
    for value in artefact.values_at(row):
        unit = style.unit if value.unit is None else value.unit
        decimals = style.decimals if value.decimals is None else value.decimals
        style = Style(style.metric, unit, decimals)
    return style


def is_redefined(artefact: ArtefactRecord, row: RowRecord) -> bool:
    """Whether a row of the plan shows a definition of our own, unlike what the study reports."""
    return any(value.redefined for value in artefact.values_at(row))


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


def is_share(series: str) -> bool:
    """Whether a column is a score in percent from 0 to 100."""
    score = score_of(series)
    return score is not None and score.unit == "%"


def metric_label(metric: Metric, unit: str | None = None) -> str:
    """A metric as an axis or a table head names it: ``Test accuracy (%)``.

    An epoch of convergence says itself that it is one.
    """
    words = metric_words(metric)
    unit = metric_unit(metric) if unit is None else unit
    unit = "" if is_arrival(metric) else unit
    return f"{words[:1].upper()}{words[1:]}{f' ({unit})' if unit else ''}"


def metric_words(metric: Metric) -> str:
    """A metric in words: ``test accuracy``, ``test accuracy at epoch 5``."""
    match metric:
        case Arrival():
            return _arrival_words(metric)
        case AtEpoch():
            around = f" averaged over {metric.window:g} epochs" if metric.window > 1 else ""
            return f"{metric_words(metric.series)}{around} at epoch {metric.epoch:g}"
        case OverShare():
            share = f"from {100 * metric.start:g} to {100 * metric.end:g} % of the run"
            return f"mean {metric_words(metric.series)} {share}"
    score = score_of(metric)
    split = metric.removesuffix(score.name) if score else metric
    return f"{split.replace('_', ' ')}{score.words if score else ''}"


def _arrival_words(metric: Arrival) -> str:
    rule, series = metric.rule, metric_words(metric.series)
    unit = difference_unit(metric_unit(metric.series))
    if isinstance(rule, Settled):
        change = f"{rule.change:g} {unit}".rstrip()
        return (
            f"epochs before the changes of {series} over {rule.epochs:g} epochs add up to less "
            f"than {change}"
        )
    within = f"{rule.within:g} {unit}".rstrip()
    moved = f", {'plus' if rule.shift > 0 else 'minus'} {abs(rule.shift)}" if rule.shift else ""
    return f"first epoch with a {series} within {within} of the run's best{moved}"


def artefact_label(artefact: ArtefactRecord) -> str:
    """The metric of an artefact with its unit."""
    return artefact_style(artefact).label
