"""How Snakemake executes this workflow, where it has no setting for what is needed."""

import sys
from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

try:
    from snakemake.persistence.file import FilePersistence
except ImportError:
    # Older versions, of which a run removes its own locks alone.
    FilePersistence = None

from reprise.hooks.kept_runs import KeptRuns, kind_of
from reprise.hooks.missing_packages import require_packages
from reprise.training.job import CHECKPOINTS


def go_on_within_groups(workflow: Any) -> None:
    """Let one failed run stop no other of its group. Snakemake does not tell the process that runs
    a group that it is to keep going."""
    if workflow.is_main_process:
        return
    execute = workflow.execute

    def execute_all(*arguments: Any, **more: Any) -> Any:
        workflow.execution_settings.keep_going = True
        return execute(*arguments, **more)

    workflow.execute = execute_all


def check_before_planning(workflow: Any, check: Callable[[Collection[str]], None]) -> None:
    """Hand the targets of the command line to a check before Snakemake looks for rules that make
    them: it says of an unknown one that there is no rule, and nothing of what was meant."""
    if not workflow.is_main_process:
        return
    prepare = workflow._prepare_dag

    def check_and_prepare(*arguments: Any, **more: Any) -> Any:
        check(sorted(workflow.dag_settings.targets))
        return prepare(*arguments, **more)

    workflow._prepare_dag = check_and_prepare


def look_for_jobs_only_when_one_ends(workflow: Any) -> None:
    """Let Snakemake start as many local jobs a second as there are cores for. Its limit makes it
    look through all waiting jobs once a second for every job that has ended, so that it takes a
    growing part of a core from jobs of some seconds. Submissions to a cluster keep their limit.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


def begin_run(workflow: Any, kept_runs: KeptRuns, device: str) -> None:
    """What is done before the first job.

    Raises:
        WorkflowError: a package is missing that a job imports.
        SystemExit: jobs of this machine are to have a GPU, and it has none.
    """
    require_packages(workflow)
    see_that_there_is_a_gpu(workflow, device)
    look_for_jobs_only_when_one_ends(workflow)
    kept_runs.forget_those_asked_for_anew()


def run_around_a_module(workflow: Any, begin: Callable[[], None], end: Callable[[], None]) -> None:
    """Begin and end a run of a workflow that uses this one as a module as a run of this one, beside
    what that workflow has said before. Snakemake passes over the handlers of modules. Nothing where
    this workflow is the main one."""
    # Told apart in this way by all versions of Snakemake.
    if workflow.modifier.base_snakefile is None:
        return
    for handler, own in (("_onstart", begin), ("_onsuccess", end), ("_onerror", end)):
        setattr(workflow, handler, _after(getattr(workflow, handler), own))


def _after(first: Callable[[Any], None], then: Callable[[], None]) -> Callable[[Any], None]:
    def handle(log: Any) -> None:
        first(log)
        then()

    return handle


def see_that_there_is_a_gpu(workflow: Any, device: str) -> None:
    """End with one sentence, before anything runs, where jobs of this machine are to have a GPU and
    there is none. On a cluster and in environments of their own, each job looks for itself.

    Raises:
        SystemExit: there is none.
    """
    needed = any(
        kind_of(job) in CHECKPOINTS and workflow.dag.needrun(job) for job in workflow.dag.jobs
    )
    apart = workflow.deployment_settings.deployment_method
    if device == "cuda" and needed and workflow.local_exec and not apart and not has_gpu():
        from reprise.training.missing_gpu import no_gpu

        sys.exit(f"Error: {no_gpu()}")


def has_gpu() -> bool:
    """Whether torch can use a GPU of this machine; without torch, jobs say what is missing."""
    # It takes seconds to import, which only this setting is worth.
    try:
        import torch
    except ImportError:
        return True
    return torch.cuda.is_available()


def take_jobs_for_cores(workflow: Any) -> None:
    """Let ``-j 2`` mean two cores on this machine, as it does where no profile says how many cores
    there are."""
    asked = workflow.resource_settings.nodes
    known = workflow.global_resources["_cores"].value
    if workflow.local_exec and asked is not None and known is not None:
        workflow.global_resources["_cores"] = min(asked, known)


def leave_locks_of_others() -> None:
    """Let a run that ends remove its own locks alone. Snakemake removes all locks of the folder, so
    that a preview or a run at another scale would free it for a second run of one that goes on.
    ``snakemake --unlock`` still removes all."""
    delete_all = getattr(FilePersistence, "_delete_locks", None)
    if delete_all in (None, _delete_own_locks):
        return
    FilePersistence._delete_locks = _delete_own_locks
    FilePersistence.cleanup_locks = delete_all


def _delete_own_locks(persistence: Any) -> None:
    for lock in persistence._lockfile.values():
        Path(lock).unlink(missing_ok=True)
    persistence._lockfile.clear()
