"""Training on a disk without room: the system refuses to write beyond so many bytes of a file, or
the disk has so many pages left."""

import os
import resource
import sys

import pytest

from reprise.forking.client import run_function
from reprise.training import checkpoint as checkpoints
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job

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
    run_function("reprise.training.jobs.cell_job:run_cell", job, str(log), fork=False)


def test_no_room_for_a_checkpoint_costs_the_checkpoint_only(job, start, without_timing, tmp_path):
    whole, crowded, log = job("whole"), job("crowded"), tmp_path / "log"
    process = start(run_with_room_for, ROOM_FOR_RESULTS, crowded, log)
    process.join()
    assert process.exitcode == 0
    assert "no checkpoint after epoch 1 (" in log.read_text()
    assert [path.name for path in (tmp_path / "state").iterdir()] == ["crowded.finished"]
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


class CrowdedJob:
    """A job whose folder and state lie on a small disk, with its log elsewhere."""

    def __init__(self, job, disk, log, start):
        folder = disk.folder / "cell"
        names = {"description": "cell.yaml", "metrics": "metrics.json", "history": "history.csv"}
        self.plain = job | {key: str(folder / name) for key, name in names.items()}
        self.plain["checkpoint"] = str(disk.folder / "state" / "cell.pt")
        self.disk, self.log, self.start = disk, log, start
        self.folder = folder
        self.history = disk.seen / "cell" / "history.csv"

    def run(self):
        """In a fork, as its script runs it; the exit status, what was printed, and the log."""
        printed = self.log.with_name("printed")
        process = self.start(run_on, self.disk, self.plain, self.log, printed)
        process.join()
        return process.exitcode, printed.read_text(), self.log.read_text()


def run_on(disk, job, log, printed):
    """The job on a small disk, with what it prints on the terminal in a file."""
    os.dup2(os.open(printed, os.O_WRONLY | os.O_CREAT | os.O_TRUNC), 2)
    sys.stderr = os.fdopen(2, "w", buffering=1)
    disk.enter()
    run_function("reprise.training.jobs.cell_job:run_cell", job, str(log), fork=False)


RESULTS = {"cell/cell.yaml", "cell/history.csv", "cell/metrics.json"}
KEPT = {f"state/cell.finished/{name.removeprefix('cell/')}" for name in RESULTS}


@pytest.fixture
def crowded(job, small_disk, start, tmp_path):
    return CrowdedJob(job("crowded"), small_disk(tmp_path / "disk", 64), tmp_path / "log", start)


@pytest.fixture
def expected(job, without_timing):
    whole = job("whole")
    run_cell(whole)
    return without_timing(Job.of(whole).files.history)


# The file that says who is at work takes a page as each of the results does.
@pytest.mark.parametrize("pages", [4, 8])
def test_a_full_disk_costs_the_checkpoint_alone(crowded, expected, without_timing, pages):
    crowded.disk.leave_room_for(pages)
    status, printed, log = crowded.run()
    assert (status, printed) == (0, "")
    for epoch in (1, 2, 3):
        assert f"no checkpoint after epoch {epoch} (" in log
    assert ("no copy of the finished run is kept (No space left on device)" in log) == (pages == 4)
    assert crowded.disk.files() == RESULTS | (KEPT if pages == 8 else set())
    assert without_timing(crowded.history) == expected


def test_a_full_disk_leaves_no_result(crowded, expected, without_timing):
    for pages, refused in ((0, "history.csv"), (2, "cell.yaml"), (3, "metrics.json")):
        crowded.disk.clear()
        crowded.disk.leave_room_for(pages)
        status, printed, log = crowded.run()
        sentence = (
            f"Error: {crowded.folder / refused} cannot be written (No space left on device): make "
            "room and run again\n"
        )
        assert (status, printed) == (1, sentence)
        assert log.endswith(sentence)
        written = {"cell/history.csv", "cell/cell.yaml"}
        # Whole or not at all, and without the one that says that the run has ended.
        assert crowded.disk.files() <= written | {"cell/failure.json"}
        assert all(path.stat().st_size for path in crowded.history.parent.iterdir())
    crowded.disk.make_room()
    assert crowded.run()[0] == 0
    assert without_timing(crowded.history) == expected
    assert crowded.disk.files() == RESULTS | KEPT


def test_a_finished_run_outlasts_a_full_disk(crowded):
    assert crowded.run()[0] == 0
    files = [crowded.disk.seen / name for name in sorted(RESULTS)]
    before = [path.read_bytes() for path in files]
    for path in files:
        path.unlink()
    crowded.disk.leave_room_for(3)
    status, printed, _ = crowded.run()
    assert (status, printed.count("\n")) == (1, 1)
    assert "metrics.json cannot be written (No space left on device)" in printed
    crowded.disk.make_room()
    status, _, log = crowded.run()
    assert status == 0
    assert "an earlier attempt has finished this run, which is taken over" in log
    assert [path.read_bytes() for path in files] == before
