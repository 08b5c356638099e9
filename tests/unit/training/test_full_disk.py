"""Training on a disk without room: the system refuses to write beyond so many bytes of a file."""

import resource

import pytest

from reprise.forking.client import run_function
from reprise.training import checkpoint as checkpoints
from reprise.training.cell_job import run_cell
from reprise.training.job import Job

# Smaller than a checkpoint and larger than the other files of these runs; smaller than a history.
ROOM_FOR_RESULTS, ROOM_FOR_LITTLE = 4000, 400


@pytest.fixture
def job(make_job, tiny_cell, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    cell = tiny_cell(epochs=3, train_images=100, test_images=50)

    def make(folder):
        return make_job(cell, folder) | {"checkpoint": str(tmp_path / "state" / f"{folder}.pt")}

    return make


def run_with_room_for(size, job, log):
    """The job with its log, as its script runs it."""
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
    run_function("reprise.training.cell_job:run_cell", job, str(log), fork=False)


def test_no_room_for_a_checkpoint_costs_the_checkpoint_only(job, start, without_timing, tmp_path):
    whole, crowded, log = job("whole"), job("crowded"), tmp_path / "log"
    process = start(run_with_room_for, ROOM_FOR_RESULTS, crowded, log)
    process.join()
    assert process.exitcode == 0
    assert "no checkpoint after epoch 1 (" in log.read_text()
    assert list((tmp_path / "state").iterdir()) == []
    run_cell(whole)
    assert without_timing(Job.of(crowded).files.history) == without_timing(
        Job.of(whole).files.history
    )


def test_no_room_for_the_history_is_one_sentence(job, start, tmp_path, capfd):
    asked = job("crowded")
    files = Job.of(asked).files
    process = start(run_with_room_for, ROOM_FOR_LITTLE, asked, tmp_path / "log")
    process.join()
    assert process.exitcode == 1
    (said,) = capfd.readouterr().err.splitlines()
    assert said == (
        f"Error: {files.history} cannot be written (File too large): make room and run again"
    )
    # Nothing that a table could take for a result, and nothing half-written.
    assert [path.name for path in files.history.parent.iterdir()] == ["failure.json"]
    run_cell(asked)
    assert files.metrics.exists()
    assert not files.failure.exists()


def test_no_room_for_a_word_of_the_failure_hides_no_error(job, start, tmp_path, capfd):
    asked = job("crowded") | {"prepared": str(tmp_path / "none")}
    process = start(run_with_room_for, 150, asked, "/dev/null")
    process.join()
    assert process.exitcode == 1
    assert "is expected to be a prepared data set and is missing" in capfd.readouterr().err
    assert list(Job.of(asked).files.history.parent.iterdir()) == []
