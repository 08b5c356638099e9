"""Copies of finished runs, before the first job of a run of Snakemake and after the last."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from reprise.hooks.finished_runs import forget_finished_runs, keep_finished_runs
from reprise.training.jobs.job import CellFiles, copy_beside

try:
    from snakemake.iocontainers import OutputFiles
except ImportError:  # older versions
    from snakemake.io import OutputFiles

FILES = CellFiles.within(Path("results/demo/cells/a"))


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The hooks work in the folder of the workflow."""
    monkeypatch.chdir(tmp_path)


@pytest.fixture(params=["train", "run_probe"])
def workflow(request):
    """As much of Snakemake's workflow as the hooks look at: one job, for which there is something
    to do."""
    names = ("description", "metrics", "history")
    job = SimpleNamespace(
        rule=SimpleNamespace(name="their_rule", script=f"../scripts/{request.param}.py"),
        wildcards_dict={"scale": "demo", "variant": "digits", "probe": "landscape", "seed": "1"},
        output=OutputFiles(fromdict={name: str(getattr(FILES, name)) for name in names}),
    )
    settings = SimpleNamespace(forceall=False, forcerun=set(), forcetargets=False, targets=set())
    dag = SimpleNamespace(jobs=[job], needrun=lambda job: True)
    return SimpleNamespace(dag=dag, dag_settings=settings)


@pytest.fixture
def copy(workflow):
    """That of the job's run."""
    (job,) = workflow.dag.jobs
    probe = "landscape-" if "probe" in job.rule.script else ""
    return copy_beside(Path(f"results/demo/checkpoints/{probe}digits-seed1.pt"))


def write(files):
    files.write("epoch\n1\n", "cell\n", "{}")


def test_what_is_there_is_kept_for_the_job_and_forgotten_at_the_end(workflow, copy):
    write(FILES)
    keep_finished_runs(workflow)
    assert copy.read() == FILES.read()
    FILES.remove()
    forget_finished_runs(workflow)
    assert copy.metrics.exists()
    write(FILES)
    forget_finished_runs(workflow)
    assert not copy.metrics.parent.exists()


def test_what_was_lost_stays_kept(workflow, copy):
    write(copy)
    keep_finished_runs(workflow)
    assert copy.metrics.exists()
    assert not FILES.metrics.exists()


def test_nothing_is_kept_where_nothing_is_to_be_done(workflow, copy):
    write(FILES)
    workflow.dag.needrun = lambda job: False
    keep_finished_runs(workflow)
    assert not copy.metrics.exists()


def test_what_cannot_be_read_costs_no_run(workflow, copy, capsys):
    write(FILES)
    FILES.history.unlink()
    keep_finished_runs(workflow)
    assert not copy.metrics.exists()
    assert "no copy of the finished run is kept (No such file" in capsys.readouterr().out


@pytest.mark.parametrize(
    "settings",
    [{"forceall": True}, {"forcerun": {"their_rule"}}, {"forcerun": {f"./{FILES.metrics}"}},
     {"forcetargets": True, "targets": {str(FILES.history)}}],
)  # fmt: skip
@pytest.mark.parametrize("lost", [True, False])
def test_of_what_is_asked_for_anew_nothing_is_kept(workflow, copy, settings, lost):
    if not lost:
        write(FILES)
    write(copy)
    vars(workflow.dag_settings).update(settings)
    keep_finished_runs(workflow)
    assert not copy.metrics.exists()


@pytest.mark.parametrize(
    "settings", [{"forcerun": {"another"}}, {"targets": {"their_rule", str(FILES.history)}}]
)
def test_what_others_are_asked_for_keeps_it(workflow, copy, settings):
    write(FILES)
    vars(workflow.dag_settings).update(settings)
    keep_finished_runs(workflow)
    assert copy.metrics.exists()
