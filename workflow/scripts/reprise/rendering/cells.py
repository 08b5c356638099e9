"""Every cell that was asked for, and what became of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reprise.rendering.numbers import is_number
from reprise.rendering.results import Results

STATES = ("finished", "diverged", "failed", "missing")
"""What can become of a cell, best first."""


@dataclass(frozen=True)
class CellState:
    """One planned cell: its folder, what became of it, and its metrics where it has some."""

    folder: str
    status: str
    metrics: dict[str, Any]
    error: str | None = None


def planned_folders(plan: dict[str, Any]) -> list[str]:
    """The folders of all training cells that some artefact asks for, each once, in order; what
    probes run lies elsewhere."""
    folders = (
        folder
        for study in plan.get("studies", [])
        for artefact in study.get("artefacts", [])
        for row in artefact.get("rows", [])
        for folder in row.get("folders", {}).values()
        if folder.startswith("cells/")
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
    if row and row.get("status") in ("finished", "diverged"):
        return CellState(folder, row["status"], row)
    error = results.failure(folder)
    if error or (row and row.get("status") == "failed"):
        return CellState(folder, "failed", {}, error)
    return CellState(folder, "missing", {})


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
