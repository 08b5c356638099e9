"""What is used of Snakemake beyond its documentation, and that it still has it."""

import inspect
import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.api import Workflow
from snakemake.dag import DAG
from snakemake.jobs import Job
from snakemake.scheduling.job_scheduler import JobScheduler
from snakemake.settings.types import DAGSettings

from reprise.hooks import snakemake_internals
from reprise.hooks.snakemake_internals import (
    check_before_planning,
    leave_locks_of_others,
    look_for_jobs_only_when_one_ends,
    most_jobs_on_gpus,
    run_around_a_module,
    take_jobs_for_cores,
)
from reprise.inventory import LIBRARY


def test_what_rules_read_of_the_workflow_is_named_in_one_place():
    rules = LIBRARY.parents[1].glob("rules/*.smk")
    read = {
        name for path in rules for name in re.findall(r"\bworkflow\.([a-z_]+)", path.read_text())
    }
    named = set(re.findall(r"``workflow\.([a-z_]+)``", snakemake_internals.__doc__))
    assert read == named == {"current_basedir", "configfiles", "cores"}


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


@pytest.fixture
def persistence(tmp_path, monkeypatch):
    """Snakemake's own, with a lock of another run in the folder."""
    reason = "older versions of Snakemake remove their own locks alone"
    kept = pytest.importorskip("snakemake.persistence.file", reason=reason).FilePersistence
    for name in ("_delete_locks", "cleanup_locks"):
        monkeypatch.setattr(kept, name, getattr(kept, name))
    monkeypatch.chdir(tmp_path)
    made = kept()
    leave_locks_of_others()
    Path(made._lockdir, "0.output.lock").write_text("results/demo/plan.json\n")
    return made


def locks(persistence):
    return sorted(path.name for path in Path(persistence._lockdir).iterdir())


def test_a_run_that_ends_leaves_the_locks_of_others(persistence):
    persistence._write_locks("output", ["results/laptop/plan.json"])
    assert locks(persistence) == ["0.output.lock", "1.output.lock"]
    persistence.unlock()
    assert locks(persistence) == ["0.output.lock"]


def test_a_run_without_files_frees_no_lock(persistence):
    persistence.unlock()
    assert locks(persistence) == ["0.output.lock"]


def test_unlocking_frees_all(persistence):
    persistence.cleanup_locks()
    assert not Path(persistence._lockdir).exists()


def workflow_with_cores(asked, known, local=True, plain=False):
    return SimpleNamespace(
        local_exec=local,
        resource_settings=SimpleNamespace(nodes=asked),
        global_resources={"_cores": known if plain else SimpleNamespace(value=known)},
    )


@pytest.mark.parametrize(
    ("asked", "known", "expected"), [(1, 8, 1), (8, 2, 2), (None, 8, None), (3, None, None)]
)
@pytest.mark.parametrize("plain", [True, False])
def test_jobs_are_cores_on_this_machine(asked, known, expected, plain):
    workflow = workflow_with_cores(asked, known, plain=plain)
    before = workflow.global_resources["_cores"]
    take_jobs_for_cores(workflow)
    assert workflow.global_resources["_cores"] == (before if expected is None else expected)


@pytest.mark.parametrize(
    ("given", "expected"), [({}, None), ({"gpu": 4}, 4), ({"gpu": SimpleNamespace(value=8)}, 8)]
)
def test_jobs_on_gpus_are_what_the_resource_says(given, expected):
    assert most_jobs_on_gpus(SimpleNamespace(global_resources=given)) == expected


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


def test_snakemake_still_knows_its_jobs_and_what_was_asked_for():
    assert all(isinstance(getattr(Workflow, name), property) for name in PROPERTIES)
    settings = inspect.signature(DAGSettings).parameters
    assert {"targets", "forceall", "forcerun", "forcetargets"} <= settings.keys()
    assert callable(DAG.needrun)
    assert isinstance(DAG.jobs, property)
    assert "self.wildcards_dict = " in inspect.getsource(Job)


PROPERTIES = ("is_main_process", "local_exec", "rules")


def test_only_one_module_reaches_into_snakemake():
    reach = re.compile(r"\b(?:workflow|dag|job)\.(?!current_basedir|configfiles|cores)\w+")
    hooks = (LIBRARY / "hooks").glob("*.py")
    rules = (LIBRARY.parents[1] / "rules").glob("*.smk")
    files = [*hooks, *rules, LIBRARY.parents[1] / "Snakefile"]
    found = {file.name for file in files if reach.search(code_of(file))}
    assert found == {"snakemake_internals.py"}


def code_of(file):
    """Without comments and words."""
    return re.sub(r'#.*|"""(?s:.*?)"""|"[^"\n]*"', "", file.read_text())
