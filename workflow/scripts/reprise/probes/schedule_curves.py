"""The curves of schedules over a run, without a run."""

from collections.abc import Iterator, Sequence
from typing import Any

import pandas as pd

from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.probes.registry import probes
from reprise.studies.artefact_records import RowRecord
from reprise.studies.cell import Cell


@probes.register("schedule_curves")
def schedule_curves(rows: Sequence[RowRecord]) -> pd.DataFrame:
    """Learning rate at the start of every epoch of every row's cell, at its published length.

    A schedule that changes at every update is given one update an epoch.

    Returns:
        Tidy rows in the order of ``rows``: the axes, ``arm``, ``epoch`` (from 0),
        ``learning_rate``, and the columns of every artefact with ``mean`` as the learning rate.
    """
    return pd.DataFrame([point for row in rows for point in _curve(row)])


def _curve(row: RowRecord) -> Iterator[dict[str, Any]]:
    cell: Cell = row.cell
    schedule, arguments = schedules[cell.schedule.name], cell.schedule.arguments
    for epoch in range(cell.epochs):
        progress = Progress(float(epoch), cell.epochs, epoch, cell.epochs)
        rate = schedule(progress.held(cell.schedule_interval), **arguments)
        yield {
            **row.axes,
            "arm": row.arm,
            "epoch": epoch,
            "learning_rate": rate,
            "reported": row.reported,
            "cited": row.cited,
            "mean": rate,
            "std": None,
            "n": 1,
            "status": "finished",
        }
