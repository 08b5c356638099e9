"""What becomes of the copies of finished runs, before and after a run of Snakemake."""

import asyncio
import json
import os
from pathlib import Path
from types import SimpleNamespace

import pytest
from snakemake.iocontainers import OutputFiles, Params

from reprise.data.integrity import sha256_of
from reprise.hooks.kept_runs import KeptRuns
from reprise.training.finished_run import FinishedRun
from reprise.training.job import CellFiles

NAMES = ("description", "metrics", "history")
ASKED = {"cell": "{}", "published": "p", "fingerprint": "f", "prepared": "prepared"}


class FakeWorkflow:
    """As much of Snakemake's workflow as the hooks look at: one job, and what is known of it."""

    def __init__(self, job):
        self.incomplete, self.needrun = {None}, True
        self.dag = SimpleNamespace(
            jobs=[job], forcerules=[], forcefiles=set(), needrun=lambda job: self.needrun
        )
        self.persistence = SimpleNamespace(incomplete=self._incomplete)
        self.async_run = asyncio.run

    async def _incomplete(self, job):
        return self.incomplete


@pytest.fixture(autouse=True)
def folder(tmp_path, monkeypatch):
    """The hooks work in the folder of the workflow."""
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def job():
    Path("prepared").write_text("images")
    files = {name: f"results/demo/cells/a/{name}" for name in NAMES}
    return SimpleNamespace(
        rule=SimpleNamespace(name="reprise_train", script="../scripts/train.py"),
        wildcards_dict={"scale": "demo", "variant": "digits", "seed": "1"},
        output=OutputFiles(fromdict=files),
        params=Params(fromdict=ASKED),
    )


@pytest.fixture
def workflow(job):
    return FakeWorkflow(job)


@pytest.fixture
def kept_runs(workflow):
    return KeptRuns(workflow, Path("results/demo"))


def finish(job, checkpoint="digits-seed1", **changes):
    """Write the job's outputs and keep a copy, as a job does that ends."""
    metrics = {
        "cell": {},
        "published": "p",
        "fingerprint": "f",
        "provenance": {
            "device": "cpu", "threads": 1, "torch": "2",
            "data": {"sha256": sha256_of(Path("prepared"))},
        },
        **changes,
    }  # fmt: skip
    files = CellFiles(*(Path(job.output[name]) for name in NAMES))
    files.metrics.parent.mkdir(parents=True, exist_ok=True)
    files.write("epoch\n1\n", "cell\n", json.dumps(metrics))
    kept = FinishedRun(Path(f"results/demo/checkpoints/{checkpoint}.pt"))
    kept.path.parent.mkdir(parents=True, exist_ok=True)
    kept.keep(files)
    return kept


def lose(job):
    for path in job.output:
        os.unlink(path)


def is_there(job):
    return [Path(path).exists() for path in job.output] == [True] * 3


def test_outputs_that_were_lost_in_this_run_are_given_back(kept_runs, job):
    kept_runs.forget_those_asked_for_anew()
    kept = finish(job)
    lose(job)
    kept_runs.settle()
    assert is_there(job)
    assert not kept.path.exists()


def test_copies_of_an_earlier_run_are_left_to_jobs_that_ask_for_them(kept_runs, job):
    kept = finish(job)
    lose(job)
    kept_runs.forget_those_asked_for_anew()
    kept_runs.settle()
    assert not any(Path(path).exists() for path in job.output)
    assert kept.path.exists()


def test_a_copy_goes_once_snakemake_has_the_outputs(kept_runs, job):
    kept = finish(job)
    kept_runs.settle()
    assert is_there(job)
    assert not kept.path.exists()


def test_a_copy_of_outputs_that_are_half_written_stays(kept_runs, workflow, job):
    kept = finish(job)
    workflow.incomplete = {job.output.metrics}
    kept_runs.settle()
    assert kept.path.exists()


def test_a_copy_of_other_code_is_not_given_back(kept_runs, job, capsys):
    kept = finish(job, fingerprint="another")
    lose(job)
    kept_runs.settle()
    assert not Path(job.output.metrics).exists()
    assert not kept.path.exists()
    assert "was made with another version of the code" in capsys.readouterr().out


def test_a_copy_of_other_data_is_not_given_back(kept_runs, job, capsys):
    finish(job)
    lose(job)
    job.params = Params(fromdict={**ASKED, "prepared": "others"})
    Path("others").write_text("other images")
    kept_runs.settle()
    assert not Path(job.output.metrics).exists()
    assert "was made with another state of the data" in capsys.readouterr().out


@pytest.mark.parametrize("steps", [100, 200])
def test_a_run_of_a_probe_is_given_back_if_it_is_of_the_same_probe(kept_runs, job, steps):
    job.rule.script = "../scripts/run_probe.py"
    job.wildcards_dict["probe"] = "range_test"
    asked = {"name": "range_test", "steps": 100}
    job.params = Params(fromdict={**dict(job.params.items()), "probe": json.dumps(asked)})
    finish(job, "range_test-digits-seed1", probe={"name": "range_test", "steps": steps})
    lose(job)
    kept_runs.settle()
    assert is_there(job) == (steps == 100)


def test_outputs_that_cannot_be_written_stay_kept(kept_runs, job, monkeypatch):
    kept = finish(job)
    lose(job)
    said = []
    monkeypatch.setattr("reprise.hooks.kept_runs.logger.error", said.append)
    # A file where a folder should be cannot be written into, not even by root.
    Path("results/demo/cells/a").rmdir()
    Path("results/demo/cells/a").write_text("")
    kept_runs.settle()
    assert kept.path.exists()
    (sentence,) = said
    assert sentence.startswith("results/demo/cells/a/")
    assert "could not be read or written" in sentence


@pytest.mark.parametrize("forced", ["rule", "file"])
def test_a_forced_run_is_not_taken_over(kept_runs, workflow, job, forced):
    kept = finish(job)
    lose(job)  # else it would be forgotten as one that something has changed for
    if forced == "rule":
        workflow.dag.forcerules.append(job.rule)
    else:
        workflow.dag.forcefiles.add(job.output.metrics)
    kept_runs.forget_those_asked_for_anew()
    assert not kept.path.exists()


def test_a_run_that_something_has_changed_for_is_not_taken_over(kept_runs, job):
    kept = finish(job, fingerprint="another")
    kept_runs.forget_those_asked_for_anew()
    assert not kept.path.exists()


def test_a_run_whose_data_are_prepared_again_is_kept_for_its_job(kept_runs, job):
    """Only once the data are there can be told whether they are the same."""
    kept = finish(job)
    kept.forget()
    Path("prepared").unlink()
    kept_runs.forget_those_asked_for_anew()
    assert kept.path.exists()


def test_a_finished_run_that_is_forced_is_not_kept_for_its_job(kept_runs, workflow, job):
    kept = finish(job)
    kept.forget()
    workflow.dag.forcerules.append(job.rule)
    kept_runs.forget_those_asked_for_anew()
    assert not kept.path.exists()


def test_a_run_whose_outputs_were_half_written_before_is_taken_over(kept_runs, workflow, job):
    kept = finish(job)
    workflow.incomplete = set(job.output)
    kept_runs.forget_those_asked_for_anew()
    assert kept.path.exists()


def test_a_run_whose_outputs_were_lost_is_taken_over(kept_runs, job):
    kept = finish(job)
    lose(job)
    kept_runs.forget_those_asked_for_anew()
    assert kept.path.exists()


def test_a_run_that_is_not_needed_keeps_its_copy(kept_runs, workflow, job):
    kept = finish(job)
    workflow.needrun = False
    kept_runs.forget_those_asked_for_anew()
    assert kept.path.exists()
