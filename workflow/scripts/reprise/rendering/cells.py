"""Every cell that was asked for, and what became of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reprise.rendering.numbers import is_number
from reprise.rendering.results import Results
from reprise.studies.plan_records import PlanRecord
from reprise.studies.run_folders import PROBED, TRAINED
from reprise.studies.statuses import DIVERGED, ENDED, FAILED, FINISHED, MISSING

STATES = (FINISHED, DIVERGED, FAILED, MISSING)
"""What can become of a cell, best first."""


@dataclass(frozen=True)
class CellState:
    """One planned cell: its folder, what became of it, its metrics where it has some, and of one
    that has not ended the sentence and the last lines of its log that it left."""

    folder: str
    status: str
    metrics: dict[str, Any]
    error: str | None = None
    log: str = ""


def planned_folders(plan: PlanRecord, runs: str = f"{TRAINED}/") -> list[str]:
    """The folders of all training cells that some artefact asks for, each once, in order; those of
    runs of probes start with ``probes/``, and an empty start takes both."""
    folders = (
        folder
        for study in plan.studies
        for artefact in study.artefacts
        for folder in artefact.folders
        if folder.startswith(runs)
    )
    return sorted(set(folders))


def cell_states(results: Results) -> list[CellState]:
    """The state of every planned cell; one without metrics either failed or is missing."""
    rows = {row["folder"]: row for row in results.cells.to_dict("records")}
    return [
        cell_state(results, folder, rows.get(folder)) for folder in planned_folders(results.plan)
    ]


def cell_state(results: Results, folder: str, row: dict[str, Any] | None) -> CellState:
    """The state of one cell, given its row of ``metrics.csv`` if it has one."""
    if row and row.get("status") in ENDED:
        return CellState(folder, row["status"], row)
    error = results.failure(folder)
    if error or (row and row.get("status") == FAILED):
        return CellState(folder, FAILED, {}, error, results.log_tail(folder))
    return CellState(folder, MISSING, {}, log=results.log_tail(folder))


def stopped_probe_runs(results: Results) -> list[CellState]:
    """The runs of probes that left a sentence or a log and have not ended."""
    states = [
        cell_state(results, folder, None)
        for folder in planned_folders(results.plan, runs=f"{PROBED}/")
        if not results.has_metrics(folder)
    ]
    return [state for state in states if state.error or state.log]


def count_states(cells: list[CellState]) -> dict[str, int]:
    """How many cells are in each state; all four states are there."""
    counted = Counter(cell.status for cell in cells)
    return {state: counted.get(state, 0) for state in STATES}


def values(cells: list[CellState], column: str) -> Iterator[Any]:
    """The filled values of a metric over cells."""
    for cell in cells:
        value = cell.metrics.get(column)
        if value is not None and (isinstance(value, str) or is_number(value)):
            yield value
