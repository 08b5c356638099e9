"""In which unit a metric is."""

from reprise.studies.measure_forms import DIFFERENCES, Arrival, Measure, Metric
from reprise.studies.scores import score_of

UNITS = {"seconds": "s", "bytes": "bytes", "per_second": "1/s"}
"""Unit by the ending of a metric's name, beside those of scores."""

WHOLE = frozenset({"epochs", "updates", "parameters", "multiply_adds", "epoch"})
"""Metrics that are counts."""

SHARED = frozenset({"updates", "parameters", "multiply_adds"})
"""Counts that all runs of a cell have in common."""


def metric_unit(metric: Metric) -> str:
    """The unit of a metric by its name; empty for counts and losses."""
    if isinstance(metric, Measure):
        return "epochs" if is_arrival(metric) else metric_unit(metric.series)
    if metric in DIFFERENCES:
        return difference_unit(metric_unit(DIFFERENCES[metric][0]))
    if score := score_of(metric):
        return score.unit
    return next((unit for ending, unit in UNITS.items() if metric.endswith(ending)), "")


def difference_unit(unit: str) -> str:
    """The unit of a difference of two such numbers: percentages differ by points."""
    return {"%": "points", "epoch": "epochs"}.get(unit, unit)


def compared_unit(metric: Metric) -> str:
    """What two metrics have in common that may be taken from one another: their unit, and of counts
    what is counted; empty for losses and other numbers without one."""
    return metric_unit(metric) or (metric if is_whole(metric) else "")


def is_whole(metric: Metric) -> bool:
    """Whether a metric counts something."""
    return is_arrival(metric) or (isinstance(metric, str) and metric in WHOLE)


def is_arrival(metric: Metric) -> bool:
    """Whether a metric is an epoch of convergence."""
    return isinstance(metric, Arrival)
