"""Training jobs that are killed at random moments, as preemption and power cuts do."""

import json
import multiprocessing
import os
import random
import signal
import time

import pytest

from reprise.training import checkpoint as checkpoints
from reprise.training.cell_job import run_cell
from reprise.training.job import Job

KILLS = 10


@pytest.fixture
def job(make_job, tiny_cell, tmp_path, monkeypatch):
    """A job of some seconds that keeps its state after every epoch."""
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    cell = tiny_cell(
        epochs=80,
        train_images=300,
        test_images=50,
        schedule={"name": "one_cycle", "learning_rate": 0.1},
        model={
            "name": "plain_cnn",
            "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
            "hidden": [],
        },
    )

    def make(folder):
        return make_job(cell, folder) | {"checkpoint": str(tmp_path / "state" / f"{folder}.pt")}

    return make


def start(job):
    """Run a job in a fork, which has imported PyTorch."""
    process = multiprocessing.get_context("fork").Process(target=run_cell, args=(job,))
    process.start()
    return process


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_job_killed_ten_times_ends_as_one_that_was_not(job, without_timing, number):
    whole, killed = job("whole"), job("killed")
    started = time.perf_counter()
    run_cell(whole)
    seconds = time.perf_counter() - started
    moments = random.Random(int(number))
    for _ in range(KILLS):
        process = start(killed)
        # Ten such times are shorter than the run, so that each of them meets it at work.
        process.join(seconds * moments.uniform(0.005, 0.09))
        assert process.is_alive()
        os.kill(process.pid, number)
        process.join()
    process = start(killed)
    process.join()
    assert process.exitcode == 0
    files = Job.of(killed).files
    assert without_timing(files.history) == without_timing(Job.of(whole).files.history)
    metrics = json.loads(files.metrics.read_text())
    resumed = metrics["resumed_after_epochs"]
    assert resumed == sorted(resumed)
    assert 1 <= len(resumed) <= KILLS
    assert metrics["wall_seconds"] > 0
    # Nothing is left of the state, nor of files that were being written.
    assert not Job.of(killed).checkpoint.exists()
    assert {path.name for path in files.metrics.parent.iterdir()} == {
        "cell.yaml", "history.csv", "metrics.json",
    }  # fmt: skip
    assert json.loads(Job.of(whole).files.metrics.read_text())["resumed_after_epochs"] == []


def test_a_job_on_changed_data_starts_anew(job, prepared_digits, tmp_path, capsys):
    asked = job("changed")
    process = start(asked)
    while not Job.of(asked).checkpoint.exists():
        assert process.is_alive()
        process.join(0.005)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    other = tmp_path / "digits.safetensors"
    # The format ends with data, and takes the place of a pixel.
    content = bytearray(prepared_digits.read_bytes())
    content[-1] ^= 1
    other.write_bytes(content)
    run_cell(asked | {"prepared": str(other)})
    assert "it was made with another state of the data; starts anew" in capsys.readouterr().out
    metrics = json.loads(Job.of(asked).files.metrics.read_text())
    assert metrics["resumed_after_epochs"] == []
