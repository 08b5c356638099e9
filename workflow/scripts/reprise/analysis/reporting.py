"""Values of the epochs of a run that a row of an artefact reports."""

import pandas as pd

from reprise.studies.measure_forms import known_reported_series, main_series
from reprise.studies.reported_epochs import ReportedEpochs
from reprise.studies.scores import falls


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


def _best_epoch(history: pd.DataFrame) -> int:
    """The label of the row with the best main score of a task."""
    name = main_series(history.columns)
    return history[name].idxmin() if falls(name) else history[name].idxmax()
