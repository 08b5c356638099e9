"""The record of a run, one row an epoch."""

import csv
import io
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any

from reprise.studies.scores import SPLITS

TIMING_COLUMNS = ("seconds", "images_per_second")


@dataclass(frozen=True)
class Score:
    """Mean loss, and the scores of a task by name, each of which is an attribute too."""

    loss: float
    values: Mapping[str, float]

    def __getattr__(self, name: str) -> float:
        """A score."""
        if name in self.__dict__.get("values", {}):
            return self.values[name]
        raise AttributeError(name)

    def unknown(self) -> "Score":
        """One of the same task of which nothing is known."""
        return Score(math.nan, dict.fromkeys(self.values, math.nan))

    def columns(self, split: str) -> dict[str, float]:
        """By their columns in a history."""
        return {f"{split}_{name}": v for name, v in {"loss": self.loss, **self.values}.items()}


@dataclass(frozen=True)
class Epoch:
    """One epoch of a run.

    ``train``, ``test`` and ``validation`` hold loss and scores; each of them is an attribute too,
    by the name of its column: ``test_loss``, ``test_accuracy``. Those of training are met during
    the epoch, on augmented images. Without images held out for validation, those for testing serve.
    Learning rate, momentum and batch size are those of its last update; ``updates`` counts from the
    start of the run. ``seconds`` include evaluation, ``images_per_second`` counts training alone.
    """

    epoch: int
    train: Score
    test: Score
    validation: Score
    learning_rate: float
    momentum: float
    batch_size: int
    updates: int
    seconds: float
    images_per_second: float

    def __getattr__(self, column: str) -> float:
        """Loss or score of a split."""
        split, _, name = column.partition("_")
        if split in SPLITS and split in self.__dict__:
            return getattr(self.__dict__[split], name)
        raise AttributeError(column)

    def columns(self) -> dict[str, Any]:
        """The row of history.csv by column."""
        columns: dict[str, Any] = {}
        for field in fields(self):
            value = getattr(self, field.name)
            measured = field.name in SPLITS
            columns |= value.columns(field.name) if measured else {field.name: value}
        return columns

    @classmethod
    def of(cls, columns: Mapping[str, Any]) -> "Epoch":
        """The inverse of ``columns``.

        Raises:
            TypeError: a column is missing, or there is one more.
        """
        values = dict(columns)
        for split in SPLITS:
            names = [name for name in columns if name.startswith(f"{split}_")]
            own = {name.removeprefix(f"{split}_"): values.pop(name) for name in names}
            values[split] = Score(own.pop("loss"), own)
        return cls(**values)


def history_text(epochs: Sequence[Epoch]) -> str:
    """The text of history.csv; numbers with nine significant digits, so that equal runs give
    equal bytes (timing columns aside).

    Args:
        epochs: of the run, one or more.
    """
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\n")
    rows = [epoch.columns() for epoch in epochs]
    writer.writerow(rows[0])
    for row in rows:
        writer.writerow([f"{v:.9g}" if isinstance(v, float) else v for v in row.values()])
    return stream.getvalue()
