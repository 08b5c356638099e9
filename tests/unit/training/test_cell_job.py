"""What a training job leaves in a cell's folder."""

import json
import math

import pytest
import torch
import yaml

from reprise.errors import InputError
from reprise.studies.cell import Cell
from reprise.training.jobs import cell_job
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job
from reprise.training.jobs.steps import chosen_device
from reprise.training.loop import start_run


@pytest.fixture
def run(make_job):
    """Train a cell in a folder of the given name; its files."""

    def trained(cell, folder="a", **changes):
        job = make_job(cell, folder, **changes)
        run_cell(job)
        return Job.of(job).files

    return trained


def test_the_folder_of_a_cell(tiny_cell, run, capsys, without_timing):
    cell = tiny_cell(train_images=100, test_images=50)
    files = run(cell)
    metrics = json.loads(files.metrics.read_text())
    assert metrics["status"] == "finished"
    assert metrics["epochs"] == 2
    assert metrics["updates"] == 14
    assert 0 <= metrics["test_accuracy"] <= 100
    assert metrics["published"] == "abc"
    assert Cell.of(metrics["cell"]) == cell
    assert Cell.of(yaml.safe_load(files.description.read_text())) == cell
    assert len(without_timing(files.history)) == 2
    record = metrics["provenance"]
    assert record["threads"] == 1
    assert record["device"] == "cpu"
    assert record["torch"] == torch.__version__
    assert record["peak_memory_bytes"] > 1e7
    assert record["data"]["name"] == "digits"
    assert len(record["data"]["sha256"]) == 64
    printed = capsys.readouterr().out
    assert "epoch   2/2" in printed
    assert "left" in printed
    assert sorted(p.name for p in files.metrics.parent.iterdir()) == [
        "cell.yaml",
        "history.csv",
        "metrics.json",
    ]


def test_the_same_cell_twice_gives_the_same_bytes(tiny_cell, run, without_timing):
    cell = tiny_cell(train_images=100, test_images=50)
    first = run(cell)
    second = run(cell, "b")
    assert without_timing(first.history) == without_timing(second.history)
    assert first.description.read_bytes() == second.description.read_bytes()


def test_a_diverged_cell_is_a_result(tiny_cell, run):
    cell = tiny_cell(train_images=100, schedule={"name": "constant", "learning_rate": 1e30})
    files = run(cell)
    metrics = json.loads(files.metrics.read_text())
    assert metrics["status"] == "diverged"
    assert metrics["test_accuracy"] is None


@pytest.mark.parametrize("update", [3, 10])
def test_a_loss_that_is_not_a_number_ends_the_run_as_diverged(tiny_cell, run, monkeypatch, update):
    def with_a_bad_batch(*arguments):
        made = start_run(*arguments)
        loss = made.loss

        def broken(logits, labels, **more):
            is_bad = made.updates == update
            return loss(logits, labels, **more) * (math.nan if is_bad else 1.0)

        made.loss = broken
        return made

    monkeypatch.setattr(cell_job, "start_run", with_a_bad_batch)
    # Seven updates an epoch.
    files = run(tiny_cell(epochs=5, train_images=100, test_images=50))
    metrics = json.loads(files.metrics.read_text())
    assert metrics["status"] == "diverged"
    assert metrics["epochs"] == update // 7 + 1
    assert {metrics[name] for name in ("train_loss", "test_loss", "test_accuracy")} == {None}
    assert "NaN" not in files.metrics.read_text()


def test_a_failed_cell_leaves_one_sentence_and_nothing_else(tiny_cell, run, tmp_path):
    broken = tmp_path / "digits.safetensors"
    broken.write_bytes(b"not a data set")
    with pytest.raises(InputError, match="is not a whole prepared data set"):
        run(tiny_cell(), prepared=broken)
    (left,) = (tmp_path / "a").iterdir()
    failure = json.loads(left.read_text())
    assert failure["status"] == "failed"
    assert "is not a whole prepared data set" in failure["error"]


def test_a_gpu_that_is_not_there_is_asked_for(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert chosen_device("auto").type == "cpu"
    with pytest.raises(InputError, match="config: device: expected a machine with an NVIDIA GPU"):
        chosen_device("cuda")
