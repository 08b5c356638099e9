"""How Snakemake is made to execute the workflow, and that it still has what is changed of it."""

import inspect
from types import SimpleNamespace

from snakemake.api import Workflow
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.settings.types import ExecutionSettings

from reprise.hooks.execution import (
    go_on_within_groups,
    leave_locks_of_others,
    look_for_jobs_only_when_one_ends,
    run_around_a_module,
)


def test_snakemake_still_looks_for_jobs_by_a_clock_where_it_has_a_limit():
    """Else the workflow would take away nothing, and runs of many small jobs would slow down."""
    scheduler = SimpleNamespace(job_rate_limiter="a limit")
    look_for_jobs_only_when_one_ends(SimpleNamespace(local_exec=True, scheduler=scheduler))
    ((name, value),) = vars(scheduler).items()
    assert value is None
    assert f"self.{name} = " in inspect.getsource(JobScheduler.__init__)
    assert f"if self.{name} is not None" in inspect.getsource(JobScheduler.schedule)
    assert f"if self.{name} is None" in inspect.getsource(JobScheduler)


def test_a_cluster_keeps_its_limit_of_submissions():
    scheduler = SimpleNamespace(job_rate_limiter="a limit")
    look_for_jobs_only_when_one_ends(SimpleNamespace(local_exec=False, scheduler=scheduler))
    assert scheduler.job_rate_limiter == "a limit"


def workflow_that_executes(is_main_process):
    workflow = SimpleNamespace(
        is_main_process=is_main_process,
        execution_settings=SimpleNamespace(keep_going=False),
    )
    workflow.execute = lambda what: (what, workflow.execution_settings.keep_going)
    return workflow


def test_a_process_of_a_group_keeps_going():
    workflow = workflow_that_executes(is_main_process=False)
    go_on_within_groups(workflow)
    assert workflow.execute("jobs") == ("jobs", True)


def test_the_main_process_keeps_going_only_as_it_was_asked_to():
    workflow = workflow_that_executes(is_main_process=True)
    go_on_within_groups(workflow)
    assert workflow.execute("jobs") == ("jobs", False)


def test_snakemake_still_has_what_keeps_a_group_going():
    assert "keep_going" in inspect.signature(ExecutionSettings).parameters
    assert callable(Workflow.execute)
    assert isinstance(Workflow.is_main_process, property)


def workflow_of(*jobs):
    persistence = SimpleNamespace(unlock=lambda: "freed")
    return SimpleNamespace(dag=SimpleNamespace(jobs=jobs), persistence=persistence)


def test_a_run_without_files_frees_no_lock():
    workflow = workflow_of(SimpleNamespace(input=[], output=[]))
    leave_locks_of_others(workflow)
    assert workflow.persistence.unlock() is None


def test_a_run_with_files_frees_its_own():
    workflow = workflow_of(SimpleNamespace(input=[], output=["a"]))
    leave_locks_of_others(workflow)
    assert workflow.persistence.unlock() == "freed"


def run_with_handlers(base_snakefile):
    """What is done, in its order, by the handlers of a workflow in which this one is read."""
    done = []
    workflow = SimpleNamespace(
        modifier=SimpleNamespace(base_snakefile=base_snakefile),
        **{name: lambda log, name=name: done.append(name) for name in HANDLERS},
    )
    run_around_a_module(workflow, lambda: done.append("begin"), lambda: done.append("end"))
    for name in HANDLERS:
        getattr(workflow, name)("a log")
    return done


HANDLERS = ("_onstart", "_onsuccess", "_onerror")


def test_a_workflow_that_uses_this_one_keeps_its_handlers_and_has_those_of_this_one():
    assert run_with_handlers("workflow/Snakefile") == [
        "_onstart", "begin", "_onsuccess", "end", "_onerror", "end",
    ]  # fmt: skip


def test_the_handlers_of_the_workflow_itself_are_not_doubled():
    assert run_with_handlers(None) == list(HANDLERS)


def test_snakemake_still_has_the_handlers_that_a_module_is_run_around_with():
    source = inspect.getsource(Workflow)
    assert all(f"self.{name} = " in source for name in HANDLERS)
