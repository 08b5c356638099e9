"""Numbers taken from a run: a metric by name, or a measure of its learning curve.

A measure is a mapping of YAML:

    {series: test_accuracy, epoch: 5}            the value after epoch 5 (counted from 1)
    {series: test_accuracy, epoch: 5, window: 3} the mean of the 3 epochs centred there
    {series: test_accuracy, from: 0, to: 0.1}    the mean over a share of the run's epochs
    {series: test_accuracy, settled: {change: 0.9, epochs: 4}}
                                                 epochs before the first stretch of 4 over which
                                                 the absolute changes add up to less than 0.9
    {series: test_accuracy, near_best: {within: 0.05, shift: -2}}
                                                 the first epoch within 0.05 of the run's own
                                                 best, plus the shift

``epoch`` and ``window`` are published epochs: in a run that a scale shortens they stand for the
same share of it (``at_scale``).
"""

from collections.abc import Callable, Mapping
from math import ceil, inf, nan
from typing import Any

import numpy as np
import pandas as pd

from reprise.analysis.records import Histories
from reprise.errors import InputError, choose_among
from reprise.studies.measure_forms import DIFFERENCES, Metric
from reprise.studies.scores import falls

ROUNDING = 1e-6
"""Far below the step of an accuracy, which is one image, and above the error of sums of values with
nine digits."""

DERIVED: dict[str, Callable[[Mapping[str, float]], float]] = {
    name: lambda run, pair=pair: run[pair[0]] - run[pair[1]] for name, pair in DIFFERENCES.items()
}


def measure(
    metric: Metric, numbers: Mapping[str, float], folder: str, histories: Histories
) -> float:
    """The value of a metric for one finished run; nan where the run does not have it.

    Args:
        metric: name of a column, of a derived metric, or a measure (see the module).
        numbers: the run's metric columns.
        folder: of the run, relative to the results folder.
        histories: where learning curves are read from.
    """
    if isinstance(metric, str):
        derived = DERIVED.get(metric)
        return float(derived(numbers) if derived else numbers.get(metric, nan))
    return measure_curve(metric, histories[folder])


def at_scale(metric: Metric, ratio: float) -> Metric:
    """The metric with its epochs multiplied by epochs run / epochs published, at least 1."""
    if isinstance(metric, str):
        return metric
    epochs = {
        key: max(1, round(metric[key] * ratio)) for key in ("epoch", "window") if key in metric
    }
    return {**metric, **epochs}


def measure_curve(form: Mapping[str, Any], history: pd.DataFrame) -> float:
    """The value of a measure (its YAML form) for one learning curve.

    Raises:
        InputError: the history has no such series, or the measure has none of the known forms.
    """
    values = series_of(history, form.get("series"))
    if "epoch" in form:
        return _around(values, int(form["epoch"]), int(form.get("window", 1)))
    if "from" in form or "to" in form:
        return _over_share(values, float(form.get("from", 0)), float(form.get("to", 1)))
    arrival = arrival_of(form, values)
    if arrival is not None:
        return min(arrival, float(len(values)))
    raise InputError(
        f"the measure {dict(form)} should have one of the keys epoch, from, to, settled, "
        "near_best: add one beside 'series'"
    )


def arrival_of(form: Mapping[str, Any], values: np.ndarray) -> float | None:
    """The epoch at which a learning curve has arrived by the rule of a measure or a claim: inf
    where it never does, None where the form has no such rule."""
    if "settled" in form:
        return first_settled(values, **form["settled"])
    if "near_best" in form:
        falling = falls(str(form.get("series")))
        return first_near_best(values, falling=falling, **form["near_best"])
    return None


def series_of(history: pd.DataFrame, name: object) -> np.ndarray:
    """One column of a history as floats.

    Raises:
        InputError: there is no such column.
    """
    if name not in history:
        raise InputError(
            f"unknown series {name!r} of history.csv: {choose_among(name, history.columns)}"
        )
    return history[name].to_numpy(float)


def first_reached(values: np.ndarray, target: float, falling: bool) -> float:
    """The first epoch (counted from 1) at which a series reaches a target; inf where it never does.

    ``falling`` series (losses, perplexities) reach it from above.
    """
    reached = values <= target if falling else values >= target
    return float(np.argmax(reached)) + 1 if reached.any() else inf


def first_settled(values: np.ndarray, change: float, epochs: int) -> float:
    """Epochs before the first stretch of ``epochs`` changes that add up to less than ``change``.

    The smallest i, counted from 0, with sum of |v[j+1] - v[j]| over j = i .. i + epochs - 1 below
    ``change`` (unit of the series); inf where no stretch is that calm. Histories keep nine digits,
    so that a sum may miss the exact one by ``ROUNDING``: one that equals ``change`` is not below.
    """
    changes = np.abs(np.diff(values))
    if len(changes) < epochs:
        return inf
    calm = np.lib.stride_tricks.sliding_window_view(changes, epochs).sum(axis=1) < change - ROUNDING
    return float(np.argmax(calm)) if calm.any() else inf


def first_near_best(
    values: np.ndarray, within: float, shift: int = 0, falling: bool = False
) -> float:
    """The first epoch, counted from 1, at which a series is no farther than ``within`` (unit of the
    series) from its own best, plus ``shift``, and 0 at least; inf where no value is finite.

    The best is the largest value, or the smallest where ``falling`` (losses).
    """
    finite = values[np.isfinite(values)]
    if not len(finite):
        return inf
    distance = values - finite.min() if falling else finite.max() - values
    return max(0.0, float(np.argmax(distance <= within + ROUNDING)) + 1 + shift)


def _around(values: np.ndarray, epoch: int, window: int) -> float:
    if not 1 <= epoch <= len(values):
        return nan
    start = max(0, epoch - 1 - (window - 1) // 2)
    return float(values[start : epoch + window // 2].mean())


def _over_share(values: np.ndarray, start: float, end: float) -> float:
    last = max(1, ceil(end * len(values)))
    first = min(int(start * len(values)), last - 1)
    return float(values[first:last].mean())
