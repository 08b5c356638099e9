"""Every run that was asked for, of cells and of probes, and what became of it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reprise.rendering.metrics import metric_label
from reprise.rendering.numbers import count, is_number
from reprise.rendering.results import Results
from reprise.studies.measure_forms import main_series
from reprise.studies.plan_records import PlanRecord
from reprise.studies.run_folders import PROBED, TRAINED
from reprise.studies.statuses import DIVERGED, ENDED, FAILED, FINISHED, MISSING

STATES = (FINISHED, DIVERGED, FAILED, MISSING)
"""What can become of a run, best first."""

PLURALS = {"cell": "cells", "run of a probe": "runs of probes"}


@dataclass(frozen=True)
class RunState:
    """One planned run, which trains a cell or is one of a probe: its folder, what became of it, its
    metrics where it has some, and of one that has not ended the sentence and the last lines of its
    log that it left."""

    folder: str
    status: str
    metrics: dict[str, Any]
    error: str | None = None
    log: str = ""

    @property
    def is_of_probe(self) -> bool:
        """Whether it is the run of a probe, and trains no cell of a table."""
        return self.folder.startswith(f"{PROBED}/")

    @property
    def score(self) -> tuple[float, str] | None:
        """The main score of the test images of a finished run, and what it is; None without one."""
        numbers = {name: value for name, value in self.metrics.items() if is_number(value)}
        name = main_series(numbers) if self.status == FINISHED else None
        return None if name is None else (numbers[name], metric_label(name))


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


def run_states(results: Results) -> list[RunState]:
    """The state of every planned run, cells first; one without metrics either failed or is
    missing."""
    rows = {row["folder"]: row for row in results.cells.to_dict("records")}
    trained, probed = (planned_folders(results.plan, f"{kind}/") for kind in (TRAINED, PROBED))
    if probed:
        rows |= probe_rows(results)
    return [run_state(results, folder, rows.get(folder)) for folder in (*trained, *probed)]


def probe_rows(results: Results) -> dict[str, dict[str, Any]]:
    """What the runs of probes left, by folder: the tables of their artefacts say it."""
    return {
        row["folder"]: row
        for study in results.plan.studies
        for artefact in study.artefacts
        if any(folder.startswith(f"{PROBED}/") for folder in artefact.folders)
        for row in results.runs(study.id, artefact).to_dict("records")
    }


def run_state(results: Results, folder: str, row: dict[str, Any] | None) -> RunState:
    """The state of one run, given its row of metrics if it has one."""
    if row and row.get("status") in ENDED:
        return RunState(folder, row["status"], row)
    error = results.failure(folder)
    if error or (row and row.get("status") == FAILED):
        return RunState(folder, FAILED, {}, error, results.log_tail(folder))
    return RunState(folder, MISSING, {}, log=results.log_tail(folder))


def count_states(runs: list[RunState]) -> dict[str, int]:
    """How many runs are in each state; all four states are there."""
    counted = Counter(run.status for run in runs)
    return {state: counted.get(state, 0) for state in STATES}


def by_kind(runs: list[RunState]) -> dict[str, list[RunState]]:
    """The runs of each kind that there is, by what a sentence counts: those that train a cell, and
    those of probes."""
    kinds = {
        "cell": [run for run in runs if not run.is_of_probe],
        "run of a probe": [run for run in runs if run.is_of_probe],
    }
    return {noun: of_kind for noun, of_kind in kinds.items() if of_kind}


def counted_kinds(runs: list[RunState]) -> list[str]:
    """How many runs there are of each kind: ``308 cells``, ``88 runs of probes``."""
    return [count(len(of_kind), noun, PLURALS[noun]) for noun, of_kind in by_kind(runs).items()]


def values(runs: list[RunState], column: str) -> Iterator[Any]:
    """The filled values of a metric over runs."""
    for run in runs:
        value = run.metrics.get(column)
        if value is not None and (isinstance(value, str) or is_number(value)):
            yield value
