"""Copies of finished runs, for as long as a run of Snakemake may lose their outputs.

Snakemake removes the outputs of a job that fails, and of every job before it starts. A job that
trains or probes leaves a copy beside its checkpoint when it ends, and takes over a copy of the same
run instead of computing it again.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reprise.hooks.snakemake_internals import (
    all_jobs,
    is_asked_for_anew,
    jobs_to_run,
    outputs_of,
    script_name,
    wildcards_of,
)
from reprise.training.jobs.job import CHECKPOINTS, CellFiles, copy_beside


def keep_finished_runs(workflow: Any) -> None:
    """Copy what is there of runs that are to be made: if data are prepared again, or Snakemake was
    killed, only their jobs can tell whether it is what they would compute. Of those that the
    command line asks for anew, nothing is kept."""
    for job, files, copy in _runs(jobs_to_run(workflow)):
        if is_asked_for_anew(workflow, job):
            copy.remove()
        elif files.metrics.exists():
            files.copy_to(copy)


def forget_finished_runs(workflow: Any) -> None:
    """Remove the copies of runs whose outputs are there."""
    for _, files, copy in _runs(all_jobs(workflow)):
        if files.metrics.exists():
            copy.remove()


def _runs(jobs: Iterable[Any]) -> Iterator[tuple[Any, CellFiles, CellFiles]]:
    """The jobs that train or probe, each with its files and with their copy."""
    for job in jobs:
        if (rule := script_name(job)) in CHECKPOINTS:
            checkpoint = Path(CHECKPOINTS[rule].format(**wildcards_of(job)))
            files = CellFiles(*outputs_of(job, "description", "metrics", "history"))
            yield job, files, copy_beside(checkpoint)
