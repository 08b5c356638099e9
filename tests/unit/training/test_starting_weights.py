"""A run that starts from weights."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch

from reprise.data.integrity import sha256_of
from reprise.data.weight_files import read_weights, write_weights
from reprise.errors import InputError
from reprise.studies.run_folders import weights_path
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.trained_weights import train_weights
from reprise.training.loop import start_run, train


@pytest.fixture
def trained(tmp_path, monkeypatch, tiny_cell, prepared_digits):
    """Weights of a run on digits, by what cells call them."""
    monkeypatch.chdir(tmp_path)
    Path("resources/weights").mkdir(parents=True)
    cell = tiny_cell(epochs=3, train_images=300, test_images=50)
    train_weights(cell, prepared_digits, Path(weights_path("tiny")), "cpu", 1)
    return "tiny"


def test_a_run_starts_where_the_weights_end(tiny_cell, tiny_data, trained):
    weights = read_weights(trained)
    cell = tiny_cell(weights=trained)
    run = start_run(cell, replace(tiny_data, weights=weights))
    state = run.model.state_dict()
    assert torch.equal(state["stem.weight"], weights["stem.weight"])
    # Four classes in place of ten.
    assert state["head.weight"].shape == (4, 8) != weights["head.weight"].shape
    other = start_run(tiny_cell(), tiny_data).model.state_dict()
    assert torch.equal(state["head.weight"], other["head.weight"])
    assert not torch.equal(state["stem.weight"], other["stem.weight"])


def test_the_job_reads_them_and_its_provenance_says_so(make_job, tiny_cell, trained):
    small = {"epochs": 1, "train_images": 100, "test_images": 50}
    found = {}
    for name in (trained, None):
        job = make_job(tiny_cell(**small, weights=name), str(name))
        run_cell(job)
        found[name] = json.loads(Path(job["metrics"]).read_text())
    digest = sha256_of(Path(weights_path(trained)))
    assert found[trained]["provenance"]["weights"] == {"name": trained, "sha256": digest}
    assert found[trained]["cell"]["weights"] == trained
    assert "weights" not in found[None]["provenance"]
    # It has seen digits before.
    assert found[trained]["train_loss"] < found[None]["train_loss"] - 0.1


def test_without_the_file_nothing_is_trained(make_job, tiny_cell, trained):
    Path(weights_path(trained)).unlink()
    with pytest.raises(InputError, match=r"tiny\.safetensors: expected starting weights"):
        run_cell(make_job(tiny_cell(weights=trained)))


def test_weights_that_diverge_are_none(tiny_cell, prepared_digits, tmp_path):
    cell = tiny_cell(schedule={"name": "constant", "learning_rate": 1e30})
    with pytest.raises(InputError, match=r"starting weights: expected .* but it diverged"):
        train_weights(cell, prepared_digits, tmp_path / "none.safetensors", "cpu", 1)
    assert not (tmp_path / "none.safetensors").exists()


def test_the_weights_are_those_at_the_end_of_the_run(tiny_cell, tiny_data, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("resources/weights").mkdir(parents=True)
    run = start_run(tiny_cell(), tiny_data)
    train(run)
    write_weights(run.model.state_dict(), Path(weights_path("end")))
    state = run.model.state_dict()
    kept = read_weights("end")
    assert kept.keys() == {name for name in state if not name.endswith("num_batches_tracked")}
    assert all(torch.equal(state[name], tensor) for name, tensor in kept.items())
