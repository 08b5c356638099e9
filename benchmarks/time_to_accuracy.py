"""Seconds of training until a cell's test accuracy reaches marks."""

from collections.abc import Sequence
from typing import Any

from reprise.data.resident import ResidentData
from reprise.studies.cell import Cell
from reprise.training.history import Epoch
from reprise.training.loop import start_run, train
from reprise.training.recordings.gradients import Recorder


def time_to_accuracy(
    cell: Cell, data: ResidentData, marks: Sequence[float], recorder: Recorder | None = None
) -> dict[str, Any]:
    """Train a cell to its end.

    Args:
        marks: test accuracies in percent.
        recorder: for updates that are replayed.

    Returns:
        ``seconds`` until the end of the first epoch whose test accuracy is at least each mark,
        evaluation apart (None: there is none), and the ``test_accuracy`` of the last epoch.
    """
    seconds, reached = 0.0, dict.fromkeys(marks)

    def note(epoch: Epoch) -> None:
        nonlocal seconds
        seconds += len(data.train) / epoch.images_per_second
        for mark in marks:
            if reached[mark] is None and epoch.test_accuracy >= mark:
                reached[mark] = seconds

    epochs = train(start_run(cell, data, recorder), note)
    return {"seconds": reached, "test_accuracy": epochs[-1].test_accuracy}
