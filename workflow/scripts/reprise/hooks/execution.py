"""How Snakemake executes this workflow, where it has no setting for what is needed."""

from pathlib import Path
from typing import Any

from snakemake.persistence.file import FilePersistence


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


def look_for_jobs_only_when_one_ends(workflow: Any) -> None:
    """Let Snakemake start as many local jobs a second as there are cores for. Its limit makes it
    look through all waiting jobs once a second for every job that has ended, so that it takes a
    growing part of a core from jobs of some seconds. Submissions to a cluster keep their limit.
    """
    if workflow.local_exec:
        workflow.scheduler.job_rate_limiter = None


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
    delete_all = FilePersistence._delete_locks
    if delete_all is _delete_own_locks:
        return
    FilePersistence._delete_locks = _delete_own_locks
    FilePersistence.cleanup_locks = delete_all


def _delete_own_locks(persistence: Any) -> None:
    for lock in persistence._lockfile.values():
        Path(lock).unlink(missing_ok=True)
    persistence._lockfile.clear()
