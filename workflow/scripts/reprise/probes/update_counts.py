"""How many updates runs have, counted without a run."""

from collections.abc import Sequence
from typing import Any

import pandas as pd

from reprise.optim.batch_sizes import updates_by_epoch
from reprise.probes.registry import probes
from reprise.studies.artefact_records import RowRecord
from reprise.studies.cell import Cell

DEFINITION = (
    "Updates are those of the run as published, the last and smaller batch of an epoch counted."
)


@probes.register("update_counts", exact=True)
def update_counts(rows: Sequence[RowRecord]) -> pd.DataFrame:
    """Updates of every row's cell over its whole run, as published.

    Returns:
        Tidy rows in the order of ``rows``: the axes, ``arm``, the columns of every artefact with
        the updates as ``mean``, and ``definition``.
    """
    return pd.DataFrame([_entry(row) for row in rows])


def _entry(row: RowRecord) -> dict[str, Any]:
    cell: Cell = row.cell
    updates = sum(updates_by_epoch(cell, row.train_images.published))
    exact = {"mean": updates, "std": None, "n": 1, "status": "finished"}
    return {**row.leading_columns, **exact, "definition": DEFINITION}
