"""Training jobs that are killed at random moments, as preemption and power cuts do."""

import json
import os
import random
import shutil
import signal
import time
from pathlib import Path

import pytest

from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job

KILLS = 10


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM], ids=["SIGKILL", "SIGTERM"])
def test_a_job_killed_ten_times_ends_as_one_that_was_not(
    lasting_job, start, without_timing, number
):
    whole, killed = lasting_job("whole"), lasting_job("killed")
    started = time.perf_counter()
    run_cell(whole)
    seconds = time.perf_counter() - started
    moments = random.Random(int(number))
    for _ in range(KILLS):
        process = start(run_cell, killed)
        # Ten such times are shorter than the run, so that each of them meets it at work.
        process.join(seconds * moments.uniform(0.005, 0.09))
        assert process.is_alive()
        os.kill(process.pid, number)
        process.join()
    process = start(run_cell, killed)
    process.join()
    assert process.exitcode == 0
    files = Job.of(killed).files
    assert without_timing(files.history) == without_timing(Job.of(whole).files.history)
    metrics = json.loads(files.metrics.read_text())
    resumed = metrics["resumed_after_epochs"]
    assert resumed == sorted(resumed)
    assert 1 <= len(resumed) <= KILLS
    assert metrics["wall_seconds"] > 0
    assert metrics["processor_seconds"] > 0
    # Nothing is left of the state, nor of files that were being written.
    assert not Job.of(killed).checkpoint.exists()
    assert {path.name for path in files.metrics.parent.iterdir()} == {
        "cell.yaml", "history.csv", "metrics.json",
    }  # fmt: skip
    assert json.loads(Job.of(whole).files.metrics.read_text())["resumed_after_epochs"] == []


def test_a_job_on_changed_data_starts_anew(lasting_job, start, changed_digits, capsys):
    asked = lasting_job("changed")
    process = start(run_cell, asked, until=Job.of(asked).checkpoint.exists)
    os.kill(process.pid, signal.SIGKILL)
    process.join()
    run_cell(asked | {"prepared": str(changed_digits)})
    assert "it was made with another state of the data; starts anew" in capsys.readouterr().out
    metrics = json.loads(Job.of(asked).files.metrics.read_text())
    assert metrics["resumed_after_epochs"] == []


def replaced(path, content):
    other = path.with_name("other")
    other.write_bytes(content)
    other.replace(path)


@pytest.mark.parametrize("change", [Path.write_bytes, replaced], ids=["written to", "replaced"])
def test_data_that_change_under_a_run_end_it_in_a_sentence(
    lasting_job, start, changed_digits, prepared_digits, tmp_path, change
):
    prepared = tmp_path / "prepared.safetensors"
    shutil.copy(prepared_digits, prepared)
    asked = lasting_job("changed", epochs=25) | {"prepared": str(prepared)}
    files = Job.of(asked).files
    process = start(run_cell, asked, until=Job.of(asked).checkpoint.exists)
    change(prepared, changed_digits.read_bytes())
    process.join()
    assert process.exitcode == 1
    assert not files.metrics.exists()
    error = json.loads(files.failure.read_text())["error"]
    assert f"{prepared} was expected to stay as it is while a run reads it" in error
