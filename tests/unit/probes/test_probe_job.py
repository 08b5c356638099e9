"""What the job of a probe leaves in its folder."""

import json

import pandas as pd
import pytest
import yaml

from reprise.errors import InputError
from reprise.probes.probe_job import run_probe
from reprise.studies.cell import Cell
from reprise.training.jobs.job import Job

SWEEP = {"name": "range_test", "smoothing": 0, "rule": {"name": "steepest", "decades": 0.5}}


TINY = {"dataset": "digits", "data_variant": "8px", "train_images": 100, "test_images": 50}


@pytest.fixture
def cell(sweep_cell):
    return sweep_cell(**TINY)


@pytest.fixture
def run(make_job):
    """Run a probe on a cell in a folder of the given name; its files."""

    def probed(probe, cell, folder="a"):
        job = make_job(cell, folder)
        run_probe({**job, "probe": probe})
        return Job.of(job).files

    return probed


def test_the_folder_of_a_range_test(cell, run):
    files = run(SWEEP, cell)
    metrics = json.loads(files.metrics.read_text())
    points = pd.read_csv(files.history)
    assert metrics["status"] == "finished"
    assert metrics["updates"] == len(points)
    assert metrics["probe"] == SWEEP
    assert Cell.of(metrics["cell"]) == cell
    assert Cell.of(yaml.safe_load(files.description.read_text())) == cell
    assert (metrics["published"], metrics["fingerprint"]) == ("abc", "def")
    assert metrics["provenance"]["device"] == "cpu"
    assert metrics["provenance"]["data"]["name"] == "digits"
    assert metrics["wall_seconds"] > 0
    assert not files.failure.exists()


def test_equal_runs_leave_equal_points(cell, run):
    first, second = (run(SWEEP, cell, name) for name in ("a", "b"))
    assert first.history.read_bytes() == second.history.read_bytes()


def test_a_metric_that_there_is_not_is_null(cell, run):
    files = run({"name": "range_test"}, cell)
    metrics = json.loads(files.metrics.read_text())
    assert metrics["suggested_learning_rate"] is None


def test_images_of_the_prepared_data(cell, run):
    files = run({"name": "example_images", "images": 3}, cell)
    points = pd.read_csv(files.history, dtype=str)
    assert points["class"].tolist() == ["0", "1", "2"]


def test_a_run_that_diverges_is_a_result_without_points(sweep_cell, run):
    schedule = {"name": "constant", "learning_rate": 1e30}
    cell = sweep_cell(**TINY, schedule=schedule, validation_share=0.2)
    files = run({"name": "example_weighing", "alphas": [0.1]}, cell)
    metrics = json.loads(files.metrics.read_text())
    assert (metrics["status"], metrics["test_loss"]) == ("diverged", None)
    assert files.history.read_text().splitlines() == [
        "alpha,validation_accuracy,validation_loss,test_accuracy,test_loss,test_top5_accuracy"
    ]


def test_a_probe_that_fails_leaves_its_sentence(cell, run, tmp_path):
    with pytest.raises(InputError, match="expects 1 image or more"):
        run({"name": "example_images", "images": 0}, cell)
    failure = json.loads((tmp_path / "a" / "failure.json").read_text())
    assert failure["status"] == "failed"
    assert "expects 1 image or more" in failure["error"]
    assert not (tmp_path / "a" / "metrics.json").exists()
