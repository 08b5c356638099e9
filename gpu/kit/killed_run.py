"""A run that is killed and goes on, with recordings, against one that never was."""

import csv
import dataclasses
import multiprocessing
import os
import signal
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from findings import Findings

if TYPE_CHECKING:
    from reprise.training.jobs.job import Job

EPOCHS = 4
IMAGES = 2000
TOLERANCE = 0.05
"""Of a loss: a GPU adds in another order each time."""


def compare_killed_run(
    findings: Findings, ends: float, *, listed: Path, folder: Path, images: int = IMAGES
) -> None:
    """Train the first cell of a list for a few epochs on some of its images, once whole, and once
    killed after its first checkpoint and then again.

    Raises:
        RuntimeError: the two have other histories, or the killed one did not go on.
    """
    from reprise.elsewhere.job_list import JobList
    from reprise.elsewhere.runs import import_ahead, job_of

    jobs = JobList.read(listed)
    first = next(run for run in jobs.runs if run.asked.probe is None)
    import_ahead(first)
    cell = dataclasses.replace(
        first.asked.cell, epochs=EPOCHS, train_images=images, test_images=images // 4
    )
    job = dataclasses.replace(job_of(jobs, first, None), cell=cell, cuda_graphs=True)
    whole, killed = (_in_folder(job, folder / name) for name in ("whole", "killed"))
    _finish(whole)
    _finish(killed, kill=True)
    _finish(killed)
    losses = [_losses(one.files.history) for one in (whole, killed)]
    went_on = "goes on after epoch" in (folder / "killed" / "printed").read_text()
    same = len(losses[0]) == len(losses[1]) and all(
        abs(a - b) <= TOLERANCE * abs(a) for a, b in zip(*losses, strict=True)
    )
    findings.add(cell=first.folder, losses=losses, went_on=went_on, agrees=same)
    if not (same and went_on):
        raise RuntimeError("the killed run did not go on as the whole one did")


def _in_folder(job: "Job", folder: Path) -> "Job":
    from reprise.training.jobs.job import CellFiles

    folder.mkdir(parents=True)
    files = CellFiles.within(folder)
    return dataclasses.replace(job, files=files, checkpoint=folder / "state.pt")


def _finish(job: "Job", kill: bool = False) -> None:
    """Train in a fork, which ends with its first checkpoint if it is to be killed."""
    arguments = (job, kill)
    process = multiprocessing.get_context("fork").Process(target=_train, args=arguments)
    process.start()
    process.join()
    if process.exitcode != (-signal.SIGKILL if kill else 0):
        raise RuntimeError(f"a run ended with status {process.exitcode}; see the log")


def _train(job: "Job", kill: bool) -> None:
    from reprise.training import checkpoint
    from reprise.training.jobs.cell_job import run_cell

    printed = os.open(
        job.files.metrics.with_name("printed"), os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644
    )
    os.dup2(printed, 1)
    sys.stdout = os.fdopen(1, "w", buffering=1)
    # After every epoch.
    checkpoint.SECONDS_BETWEEN = 0
    if kill:
        _die_after_a_checkpoint(checkpoint.Checkpoint)
    run_cell(job.plain())


def _die_after_a_checkpoint(kind: type) -> None:
    keep = kind.keep

    def keep_and_die(*arguments: object) -> None:
        keep(*arguments)
        os.kill(os.getpid(), signal.SIGKILL)

    kind.keep = keep_and_die


def _losses(history: Path) -> list[float]:
    with history.open(newline="") as file:
        return [float(row["train_loss"]) for row in csv.DictReader(file)]
