"""What is done before the first job of a run of Snakemake, and after the last."""

import sys
from typing import Any

from reprise.hooks.finished_runs import forget_finished_runs, keep_finished_runs
from reprise.hooks.missing_packages import require_packages
from reprise.hooks.snakemake_internals import (
    has_environments,
    jobs_to_run,
    look_for_jobs_only_when_one_ends,
    runs_here,
    script_name,
)
from reprise.training.jobs.job import CHECKPOINTS


def begin_run(workflow: Any, device: str) -> None:
    """What is done before the first job.

    Raises:
        WorkflowError: a package is missing that a job imports.
        SystemExit: jobs of this machine are to have a GPU, and it has none.
    """
    require_packages(workflow)
    see_that_there_is_a_gpu(workflow, device)
    look_for_jobs_only_when_one_ends(workflow)
    keep_finished_runs(workflow)


def end_run(workflow: Any) -> None:
    """What is done after the last job, whether all went well or not."""
    forget_finished_runs(workflow)


def see_that_there_is_a_gpu(workflow: Any, device: str) -> None:
    """End with one sentence, before anything runs, where jobs of this machine are to have a GPU and
    there is none. On a cluster and in environments of their own, each job looks for itself.

    Raises:
        SystemExit: there is none.
    """
    if device != "cuda" or not runs_here(workflow) or has_environments(workflow):
        return
    if any(script_name(job) in CHECKPOINTS for job in jobs_to_run(workflow)) and not has_gpu():
        from reprise.training.machine.gpus import no_gpu

        sys.exit(f"Error: {no_gpu()}")


def has_gpu() -> bool:
    """Whether torch can use a GPU of this machine; without torch, jobs say what is missing."""
    # It takes seconds to import, which only this setting is worth.
    try:
        import torch
    except ImportError:
        return True
    return torch.cuda.is_available()
