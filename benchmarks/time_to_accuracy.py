"""Seconds of training until a cell's test accuracy reaches a mark."""

from typing import Any

from reprise.data.resident import ResidentData
from reprise.studies.cell import Cell
from reprise.training.history import Epoch
from reprise.training.loop import start_run, train


def time_to_accuracy(cell: Cell, data: ResidentData, percent: float) -> dict[str, Any]:
    """Train a cell to its end.

    Returns:
        ``seconds`` until the end of the first epoch whose test accuracy is at least ``percent``,
        evaluation apart (None: there is none), and the ``test_accuracy`` of the last epoch.
    """
    seconds, reached = 0.0, None

    def note(epoch: Epoch) -> None:
        nonlocal seconds, reached
        seconds += len(data.train) / epoch.images_per_second
        if reached is None and epoch.test_accuracy >= percent:
            reached = seconds

    epochs = train(start_run(cell, data), note)
    return {"seconds": reached, "test_accuracy": epochs[-1].test_accuracy, "mark": percent}
