"""An artefact as claims see it, with reference runs in place of today's."""

from collections.abc import Mapping
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
    names = axis_names(artefact["rows"])
    runs, rows = [], []
    for row in artefact["rows"]:
        epochs, found = reference.runs_of_row(row, source)
        rows.append({**row, "epochs": epochs})
        axes = {axis: str(row["axes"].get(axis, "")) for axis in names}
        runs += [{**axes, "arm": row["arm"], **run} for run in found]
    first = [*names, *RUN_COLUMNS]
    frame = pd.DataFrame(runs) if runs else pd.DataFrame(columns=first)
    frame = frame[[*first, *sorted(set(frame) - set(first))]]
    table = ArtefactTable.of({**artefact, "rows": rows}, frame, reference.folder)
    return replace(table, histories=reference.histories)
