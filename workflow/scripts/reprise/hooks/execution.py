"""How Snakemake executes this workflow, where it has no setting for what is needed."""

from collections.abc import Callable
from typing import Any

from reprise.hooks.kept_runs import KeptRuns
from reprise.hooks.missing_packages import require_packages


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


def begin_run(workflow: Any, kept_runs: KeptRuns) -> None:
    """What is done before the first job.

    Raises:
        WorkflowError: a package is missing that a job imports.
    """
    require_packages(workflow)
    leave_locks_of_others(workflow)
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


def leave_locks_of_others(workflow: Any) -> None:
    """Keep Snakemake from removing all locks of the folder at the end of a run that holds none:
    a preview of a grid that goes on would free its folder for a second one."""
    if not any(job.input or job.output for job in workflow.dag.jobs):
        workflow.persistence.unlock = lambda: None
