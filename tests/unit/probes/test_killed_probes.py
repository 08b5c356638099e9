"""Probes that train a cell, killed and started again."""

import json
import os
import signal

import pytest

from reprise.probes.probe_job import run_probe
from reprise.training import checkpoint as checkpoints
from reprise.training.jobs.job import Job

PROBES = {
    "example_weighing": {"alphas": [0.1, 0.5]},
    "first_layer_weights": {},
    "gradient_norms": {},
    "loss_landscape": {"steps": [0, 0.1], "measurements": 40},
}
TIMING = (
    "wall_seconds",
    "processor_seconds",
    "images_per_second",
    "provenance",
    "resumed_after_epochs",
)

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.fixture
def job(make_job, steady_cell, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    digits = {"dataset": "digits", "data_variant": "8px", "train_images": 100, "test_images": 50}
    cell = steady_cell(**digits, epochs=8, momentum=0.9, validation_share=0.2)

    def make(name, folder):
        path = str(tmp_path / "state" / f"{folder}.pt")
        probe = {"name": name, **PROBES[name]}
        return make_job(cell, folder) | {"checkpoint": path, "probe": probe}

    return make


def results(job):
    files = Job.of(job).files
    metrics = json.loads(files.metrics.read_text())
    known = {name: value for name, value in metrics.items() if name not in TIMING}
    return files.history.read_bytes(), known, metrics["resumed_after_epochs"]


@pytest.mark.parametrize("name", PROBES)
def test_a_killed_probe_ends_as_one_that_was_not(job, start, name):
    whole, killed = job(name, "whole"), job(name, "killed")
    process = start(run_probe, killed, until=Job.of(killed).checkpoint.exists)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run_probe(killed)
    run_probe(whole)
    (points, metrics, resumed), (expected, known, never) = results(killed), results(whole)
    assert (len(resumed), never) == (1, [])
    assert points == expected
    assert metrics == known
    assert not Job.of(killed).checkpoint.exists()


def test_the_state_of_another_probe_is_refused(job, start, capsys):
    asked = job("gradient_norms", "a")
    process = start(run_probe, asked, until=Job.of(asked).checkpoint.exists)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run_probe(asked | {"probe": {"name": "first_layer_weights"}})
    assert "it was made with another probe; starts anew" in capsys.readouterr().out
