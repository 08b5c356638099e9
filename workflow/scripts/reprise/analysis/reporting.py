"""Which epochs of a run a row of an artefact reports.

report: last                                      the last epoch (the default)
report: {epochs: mean, count: 4, skip_last: 1}    the mean of 4 epochs, the last one left out
report: {epochs: best}                            the epoch of the best score on test images, such
                                                  as their accuracy; a study has to say so, for
                                                  it chooses on the test images
"""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.studies.measure_forms import known_reported_series, main_series
from reprise.studies.scores import falls

Report = str | Mapping[str, Any] | None


def needs_history(report: Report) -> bool:
    """Whether the reported epochs are others than the last, which metrics.json holds."""
    return _rule(report)["epochs"] != "last"


def reported_values(history: pd.DataFrame, report: Report) -> dict[str, float]:
    """The scores and losses of the epochs that are reported.

    A run of fewer epochs than are asked for (a shortened scale) gives the mean of those it has.

    Raises:
        InputError: the rule is unknown.
    """
    rule = _rule(report)
    if rule["epochs"] == "best":
        epochs = history.loc[[_best_epoch(history)]]
    else:
        count = int(rule.get("count", 1))
        end = max(1, len(history) - int(rule.get("skip_last", 0)))
        epochs = history.iloc[max(0, end - count) : end]
    names = (name for name in known_reported_series() if name in history)
    return {name: float(epochs[name].mean()) for name in names}


def _best_epoch(history: pd.DataFrame) -> int:
    """The label of the row with the best main score of a task."""
    name = main_series(history.columns)
    return history[name].idxmin() if falls(name) else history[name].idxmax()


def _rule(report: Report) -> Mapping[str, Any]:
    rule = {"epochs": report or "last"} if report is None or isinstance(report, str) else report
    if (epochs := rule.get("epochs")) not in ("last", "mean", "best"):
        raise InputError(
            f"the key 'report' of an artefact, arm or axis value should name which epochs are "
            f"reported, but names {epochs!r}: {choose_among(epochs, ('last', 'mean', 'best'))}"
        )
    return rule
