"""What a metric is called, in which unit it is, and with how many decimals it is written."""

from typing import Any

UNITS = {"accuracy": "%", "seconds": "s", "bytes": "bytes", "per_second": "1/s"}
"""Unit by the ending of a metric's name."""

WHOLE = frozenset({"epochs", "updates", "parameters", "multiply_adds", "epoch"})
"""Metrics that are counts."""


def metric_of(artefact: dict[str, Any]) -> str:
    """The metric that an artefact shows."""
    return artefact.get("metric") or "test_accuracy"


def unit_of(artefact: dict[str, Any]) -> str:
    """The unit of an artefact's numbers; empty for a number without one."""
    unit = artefact.get("unit")
    return metric_unit(metric_of(artefact)) if unit is None else unit


def metric_unit(metric: str) -> str:
    """The unit of a metric by its name; empty for counts and losses."""
    return next((unit for ending, unit in UNITS.items() if metric.endswith(ending)), "")


def metric_label(metric: str, unit: str | None = None) -> str:
    """A metric as an axis or a table head names it: ``Test accuracy (%)``."""
    words = metric.replace("_", " ")
    unit = metric_unit(metric) if unit is None else unit
    return f"{words[:1].upper()}{words[1:]}{f' ({unit})' if unit else ''}"


def artefact_label(artefact: dict[str, Any]) -> str:
    """The metric of an artefact with its unit."""
    return metric_label(metric_of(artefact), unit_of(artefact))


def difference_unit(unit: str) -> str:
    """The unit of a difference of two such numbers: percentages differ by points."""
    return "points" if unit == "%" else unit
