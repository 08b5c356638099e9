"""An artefact as claims see it, with reference runs in place of today's."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from reprise.analysis.collecting import RUN_COLUMNS, axis_names
from reprise.analysis.reference import Reference, on_data_of
from reprise.analysis.tables import ArtefactTable
from reprise.studies.artefact_records import ArtefactRecord, RowRecord

RowWithRuns = tuple[RowRecord, list[dict[str, Any]]]


def reference_table(artefact: ArtefactRecord, reference: Reference, source: str) -> ArtefactTable:
    """The artefact with the runs of one source, which may hold none of a row.

    Args:
        artefact: of the plan.
        reference: all reference runs.
        source: the folder of those that are taken.
    """
    with_runs = reference_rows(artefact.rows, reference, source)
    shown = replace(artefact, rows=tuple(row for row, _ in with_runs))
    table = ArtefactTable.of(shown, runs_of_rows(with_runs), reference.folder)
    return replace(table, histories=reference.histories)


def reference_rows(
    rows: Iterable[RowRecord], reference: Reference, source: str
) -> list[RowWithRuns]:
    """Rows of plan.json with epochs and data of the runs of one source, each with these runs; a row
    may have none."""
    with_runs = []
    for row in rows:
        epochs, runs = reference.runs_of_row(row, source)
        with_runs.append((replace(on_data_of(runs, row), epochs=epochs), runs))
    return with_runs


def runs_of_rows(with_runs: Sequence[RowWithRuns]) -> pd.DataFrame:
    """The runs of all rows, as ``collect_runs`` has those of today."""
    names = axis_names([row for row, _ in with_runs])
    runs = [
        {**{axis: row.value(axis) for axis in names}, "arm": row.arm, **run}
        for row, of_row in with_runs
        for run in of_row
    ]
    first = [*names, *RUN_COLUMNS]
    frame = pd.DataFrame(runs) if runs else pd.DataFrame(columns=first)
    return frame[[*first, *sorted(set(frame) - set(first))]]
