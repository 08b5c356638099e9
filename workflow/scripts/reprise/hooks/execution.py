"""How Snakemake executes this workflow, where it has no setting for what is needed."""

from typing import Any


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


def leave_locks_of_others(workflow: Any) -> None:
    """Keep Snakemake from removing all locks of the folder at the end of a run that holds none:
    a preview of a grid that goes on would free its folder for a second one."""
    if not any(job.input or job.output for job in workflow.dag.jobs):
        workflow.persistence.unlock = lambda: None
