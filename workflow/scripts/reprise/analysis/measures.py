"""Numbers taken from a run: a metric by name, a measure of its learning curve, or the values of the
epochs that are reported.

What each form of a measure means stands in ``reprise.studies.measure_forms``.
"""

from collections.abc import Callable, Mapping
from math import ceil, inf, nan

import numpy as np
import pandas as pd

from reprise.analysis.records import Histories
from reprise.errors import InputError, choose_among
from reprise.studies.measure_forms import (
    DIFFERENCES,
    Arrival,
    ArrivalRule,
    AtEpoch,
    Measure,
    Metric,
    OverShare,
    Settled,
    known_reported_series,
    main_series,
)
from reprise.studies.reported_epochs import ReportedEpochs
from reprise.studies.run_folders import HISTORY
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
    return metric if isinstance(metric, str) else metric.at_scale(ratio)


def measure_curve(form: Measure, history: pd.DataFrame) -> float:
    """The value of a measure for one learning curve.

    Raises:
        InputError: the history has no such series.
    """
    values = series_of(history, form.series)
    match form:
        case AtEpoch():
            return _around(values, int(form.epoch), int(form.window))
        case OverShare():
            return _over_share(values, form.start, form.end)
        case Arrival():
            return min(arrival(form.rule, form.series, values), float(len(values)))
    raise TypeError(f"{type(form).__name__} is no form of a measure")


def arrival(rule: ArrivalRule, series: str, values: np.ndarray) -> float:
    """The epoch at which a learning curve has arrived by a rule; inf where it never does.

    Args:
        rule: of a measure or a claim.
        series: the column that the curve is of.
        values: of the curve, by epoch.
    """
    if isinstance(rule, Settled):
        return first_settled(values, rule.change, int(rule.epochs))
    return first_near_best(values, rule.within, rule.shift, falling=falls(series))


def reported_values(history: pd.DataFrame, report: ReportedEpochs) -> dict[str, float]:
    """The scores and losses of the epochs that are reported.

    A run of fewer epochs than are asked for (a shortened scale) gives the mean of those it has.
    """
    if report.epochs == "best":
        epochs = history.loc[[_best_epoch(history)]]
    else:
        end = max(1, len(history) - report.skip_last)
        epochs = history.iloc[max(0, end - report.count) : end]
    names = (name for name in known_reported_series() if name in history)
    return {name: float(epochs[name].mean()) for name in names}


def series_of(history: pd.DataFrame, name: object) -> np.ndarray:
    """One column of a history as floats.

    Raises:
        InputError: there is no such column.
    """
    if name not in history:
        raise InputError(
            f"unknown series {name!r} of {HISTORY}: {choose_among(name, history.columns)}"
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


def _best_epoch(history: pd.DataFrame) -> int:
    """The label of the row with the best main score of a task."""
    name = main_series(history.columns)
    return history[name].idxmin() if falls(name) else history[name].idxmax()
