"""An artefact as claims see it, with reference runs in place of today's."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from reprise.analysis.collecting import RUN_COLUMNS, axis_names
from reprise.analysis.reference import Reference
from reprise.analysis.tables import ArtefactTable


def reference_table(
    artefact: Mapping[str, Any], reference: Reference, source: str
) -> ArtefactTable:
    """The artefact with the runs of one source, which may hold none of a row.

    Args:
        artefact: the artefact's entry in plan.json.
        reference: all reference runs.
        source: the folder of those that are taken.
    """
    rows, runs = reference_rows(artefact["rows"], reference, source)
    table = ArtefactTable.of({**artefact, "rows": rows}, runs, reference.folder)
    return replace(table, histories=reference.histories)


def reference_rows(
    rows: Sequence[Mapping[str, Any]], reference: Reference, source: str
) -> tuple[list[dict[str, Any]], pd.DataFrame]:
    """Rows of plan.json with the epochs of the runs of one source, which may hold none of a row,
    and those runs as ``collect_runs`` has those of today."""
    names = axis_names(rows)
    runs, found_rows = [], []
    for row in rows:
        epochs, found = reference.runs_of_row(row, source)
        found_rows.append({**row, "epochs": epochs})
        axes = {axis: str(row["axes"].get(axis, "")) for axis in names}
        runs += [{**axes, "arm": row["arm"], **run} for run in found]
    first = [*names, *RUN_COLUMNS]
    frame = pd.DataFrame(runs) if runs else pd.DataFrame(columns=first)
    return found_rows, frame[[*first, *sorted(set(frame) - set(first))]]
