"""How Snakemake is made to execute the workflow, and that it still has what is changed of it."""

import inspect
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.api import Workflow
from snakemake.persistence.file import FilePersistence
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.settings.types import ExecutionSettings

from reprise.hooks import execution
from reprise.hooks.execution import (
    check_before_planning,
    go_on_within_groups,
    leave_locks_of_others,
    look_for_jobs_only_when_one_ends,
    run_around_a_module,
    see_that_there_is_a_gpu,
    take_jobs_for_cores,
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


@pytest.fixture
def persistence(tmp_path, monkeypatch):
    """Snakemake's own, with a lock of another run in the folder."""
    monkeypatch.setattr(FilePersistence, "_delete_locks", FilePersistence._delete_locks)
    monkeypatch.setattr(FilePersistence, "cleanup_locks", FilePersistence.cleanup_locks)
    monkeypatch.chdir(tmp_path)
    made = FilePersistence()
    leave_locks_of_others()
    Path(made._lockdir, "0.output.lock").write_text("results/demo/plan.json\n")
    return made


def locks(persistence):
    return sorted(path.name for path in Path(persistence._lockdir).iterdir())


def test_a_run_that_ends_leaves_the_locks_of_others(persistence):
    persistence._write_locks("output", ["results/glance/plan.json"])
    assert locks(persistence) == ["0.output.lock", "1.output.lock"]
    persistence.unlock()
    assert locks(persistence) == ["0.output.lock"]


def test_a_run_without_files_frees_no_lock(persistence):
    persistence.unlock()
    assert locks(persistence) == ["0.output.lock"]


def test_unlocking_frees_all(persistence):
    persistence.cleanup_locks()
    assert not Path(persistence._lockdir).exists()


def workflow_with_cores(asked, known, local=True):
    return SimpleNamespace(
        local_exec=local,
        resource_settings=SimpleNamespace(nodes=asked),
        global_resources={"_cores": SimpleNamespace(value=known)},
    )


@pytest.mark.parametrize(
    ("asked", "known", "expected"), [(1, 8, 1), (8, 2, 2), (None, 8, None), (3, None, None)]
)
def test_jobs_are_cores_on_this_machine(asked, known, expected):
    workflow = workflow_with_cores(asked, known)
    before = workflow.global_resources["_cores"]
    take_jobs_for_cores(workflow)
    assert workflow.global_resources["_cores"] == (before if expected is None else expected)


def test_jobs_are_places_in_the_queue_of_a_cluster():
    workflow = workflow_with_cores(1, 8, local=False)
    take_jobs_for_cores(workflow)
    assert workflow.global_resources["_cores"].value == 8


def test_targets_are_checked_before_they_are_planned():
    order = []
    workflow = SimpleNamespace(
        is_main_process=True,
        dag_settings=SimpleNamespace(targets={"a"}),
        _prepare_dag=lambda **_: order.append("planned"),
    )
    check_before_planning(workflow, order.append)
    workflow._prepare_dag(forceall=False)
    assert order == [["a"], "planned"]
    assert callable(Workflow._prepare_dag)


@pytest.mark.parametrize(
    ("device", "rule", "local", "apart", "ends"),
    [("cuda", "train", True, set(), True), ("cuda", "run_probe", True, set(), True),
     ("auto", "train", True, set(), False), ("cuda", "render_report", True, set(), False),
     ("cuda", "train", False, set(), False), ("cuda", "train", True, {"conda"}, False)],
)  # fmt: skip
def test_a_gpu_that_is_not_there_is_said_once(monkeypatch, device, rule, local, apart, ends):
    monkeypatch.setattr(execution, "has_gpu", lambda: False)
    job = SimpleNamespace(rule=SimpleNamespace(script=f"../scripts/{rule}.py"))
    workflow = SimpleNamespace(
        dag=SimpleNamespace(jobs=[job], needrun=lambda job: True),
        deployment_settings=SimpleNamespace(deployment_method=apart),
        local_exec=local,
    )
    if ends:
        with pytest.raises(SystemExit, match="Error: config: device: expected a machine with"):
            see_that_there_is_a_gpu(workflow, device)
    else:
        see_that_there_is_a_gpu(workflow, device)


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
