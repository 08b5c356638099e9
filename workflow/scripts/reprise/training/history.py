"""The record of a run, one row an epoch."""

import csv
import io
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields

TIMING_COLUMNS = ("seconds", "images_per_second")


@dataclass(frozen=True)
class Epoch:
    """One epoch of a run.

    Accuracies are percentages. Training loss and accuracy are those met during the epoch, on
    augmented images. Without images held out for validation, those for testing serve. Learning
    rate, momentum and batch size are those of its last update; ``updates`` counts from the start
    of the run. ``seconds`` include evaluation, ``images_per_second`` counts training alone.
    """

    epoch: int
    train_loss: float
    train_accuracy: float
    test_loss: float
    test_accuracy: float
    validation_loss: float
    validation_accuracy: float
    learning_rate: float
    momentum: float
    batch_size: int
    updates: int
    seconds: float
    images_per_second: float


def history_text(epochs: Sequence[Epoch]) -> str:
    """The text of history.csv; numbers with nine significant digits, so that equal runs give
    equal bytes (timing columns aside)."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    writer.writerow([field.name for field in fields(Epoch)])
    for epoch in epochs:
        values = asdict(epoch).values()
        writer.writerow([f"{v:.9g}" if isinstance(v, float) else v for v in values])
    return stream.getvalue()
