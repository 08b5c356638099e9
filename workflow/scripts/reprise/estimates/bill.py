"""The bill of a plan: runs, updates, operations and hours, by study and artefact."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from reprise.durations import rough_duration
from reprise.estimates.calibration import Cost, SampleCell, sample_of
from reprise.estimates.text_tables import aligned
from reprise.estimates.work import work_of
from reprise.planning.plan import Plan
from reprise.studies.cell import Cell
from reprise.studies.run_folders import weights_path

EVERYTHING = "all"
COLUMNS = ("study", "artefact", "runs", "finished", "updates", "flops", "hours", "hours_left")
HEADS = ("", "runs", "finished", "updates", "FLOPs", "time", "left")
SECONDS_AN_HOUR = 3600


@dataclass(frozen=True)
class RunCost:
    """What one run costs. A run of a probe counts as the training of its cell."""

    updates: int
    flops: float
    seconds: float


def samples_of(plan: Plan) -> dict[str, SampleCell]:
    """One sample of everything that is to be measured."""
    return dict(sample_of(cell, plan.source(cell)) for cell in _cells(plan).values())


def _cells(plan: Plan) -> dict[str, Cell]:
    """The cells of all runs by folder, and of those that give starting weights by file."""
    return {**plan.run_cells, **plan.weights_cells}


def run_costs(plan: Plan, costs: Mapping[str, Cost], start_seconds: float) -> dict[str, RunCost]:
    """The cost of every run by its folder; of one that gives starting weights by their file.

    Args:
        plan: what is asked.
        costs: of an image, by the names of ``samples_of``.
        start_seconds: what a job takes before its first update.
    """
    of_runs = {}
    for folder, cell in _cells(plan).items():
        source = plan.source(cell)
        work, cost = work_of(cell, source), costs[sample_of(cell, source)[0]]
        of_runs[folder] = RunCost(
            work.updates,
            work.trained_images * cost.training_flops
            + work.evaluated_images * cost.evaluation_flops,
            start_seconds
            + work.trained_images * cost.training_seconds
            + work.evaluated_images * cost.evaluation_seconds,
        )
    return of_runs


def bill(
    plan: Plan, costs: Mapping[str, RunCost], finished: Iterable[str], side_by_side: int
) -> list[dict[str, Any]]:
    """A row an artefact that is run, one a study, and one of everything.

    A run that several artefacts share is in each of their rows, and once in their study's; so is
    one that gives starting weights.

    Args:
        plan: what is asked.
        costs: from ``run_costs``.
        finished: those of ``costs`` that are done.
        side_by_side: runs at a time.

    Returns:
        Rows with the keys ``COLUMNS``: the row of a study has no artefact, that of everything has
        the study "all". ``hours`` are those of all runs side by side, ``hours_left`` those of the
        runs that are not finished.
    """
    done = set(finished)

    def row(study: str, artefact: str, folders: set[str]) -> dict[str, Any]:
        of_runs = [costs[folder] for folder in folders]
        hour = SECONDS_AN_HOUR * side_by_side
        return {
            "study": study,
            "artefact": artefact,
            "runs": len(folders),
            "finished": len(folders & done),
            "updates": sum(run.updates for run in of_runs),
            "flops": sum(run.flops for run in of_runs),
            "hours": sum(run.seconds for run in of_runs) / hour,
            "hours_left": sum(costs[folder].seconds for folder in folders - done) / hour,
        }

    rows = []
    for study in plan.studies.values():
        folders = {name: _runs_behind(plan, study.id, name) for name in study.artefacts}
        rows.append(row(study.id, "", set().union(*folders.values())))
        rows += [row(study.id, name, of_one) for name, of_one in folders.items() if of_one]
    return [*rows, row(EVERYTHING, "", set(costs))]


def _runs_behind(plan: Plan, study: str, artefact: str) -> set[str]:
    """The folders of an artefact's runs, and the files of weights that runs give to them."""
    folders = plan.artefact_folders(study, artefact)
    files = {weights_path(stem) for folder in folders if (stem := plan.run_cells[folder].weights)}
    return {*folders, *(files & plan.weights_cells.keys())}


def bill_text(rows: Iterable[Mapping[str, Any]]) -> str:
    """The bill as aligned lines of text: artefacts are indented below their study."""
    return aligned([HEADS, *(_words(row) for row in rows)])


def _words(row: Mapping[str, Any]) -> tuple[str, ...]:
    name = f"  {row['artefact']}" if row["artefact"] else row["study"]
    counts = (f"{row[key]:,}" for key in ("runs", "finished", "updates"))
    times = (rough_duration(row[key] * SECONDS_AN_HOUR) for key in ("hours", "hours_left"))
    return (
        name,
        *counts,
        f"{row['flops']:.1e}",
        *times,
    )
