"""Two jobs of one cell: Snakemake was killed, its job lives on, and the next one starts another."""

import json
import os
import signal

import pytest

from reprise.forking.client import run_function
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.job import Job

EPOCHS = 25


@pytest.fixture
def second(start, tmp_path):
    """Start the same job again with a log of its own; it waits when this returns."""
    log = tmp_path / "second.log"

    def started(job):
        def waits():
            return log.exists() and "waits for process" in log.read_text()

        process = start(run_job_again, job, log, until=waits)
        return process, log

    return started


def run_job_again(job, log):
    run_function("reprise.training.jobs.cell_job:run_cell", job, str(log), fork=False)


def started_first(start, job):
    return start(run_cell, job, until=Job.of(job).checkpoint.exists)


def metrics_of(job):
    return json.loads(Job.of(job).files.metrics.read_text())


def test_the_second_waits_and_takes_over_what_the_first_leaves(
    lasting_job, start, second, without_timing
):
    whole, job = lasting_job("whole", EPOCHS), lasting_job("twice", EPOCHS)
    first = started_first(start, job)
    again, log = second(job)
    assert f"process {first.pid} on " in log.read_text()
    first.join()
    written = Job.of(job).files.metrics.read_bytes()
    again.join()
    assert (first.exitcode, again.exitcode) == (0, 0)
    assert "taken over" in log.read_text()
    assert Job.of(job).files.metrics.read_bytes() == written
    assert metrics_of(job)["resumed_after_epochs"] == []
    run_cell(whole)
    files = Job.of(job).files
    assert without_timing(files.history) == without_timing(Job.of(whole).files.history)
    assert not (files.history.parent / ".lock").exists()


def test_the_second_goes_on_where_the_first_was_killed(lasting_job, start, second):
    job = lasting_job("killed", EPOCHS)
    first = started_first(start, job)
    again, log = second(job)
    os.kill(first.pid, signal.SIGKILL)
    again.join()
    assert again.exitcode == 0
    assert "goes on after epoch" in log.read_text()
    assert len(metrics_of(job)["resumed_after_epochs"]) == 1


@pytest.mark.parametrize("change", ["code", "data"])
def test_what_is_not_the_same_is_not_taken_over(lasting_job, start, second, changed_digits, change):
    job = lasting_job("other", EPOCHS)
    first = started_first(start, job)
    changes = {
        "code": {"fingerprint": "new"},
        "data": {"prepared": str(changed_digits)},
    }
    again, log = second(job | changes[change])
    first.join()
    before = metrics_of(job)
    again.join()
    assert (first.exitcode, again.exitcode) == (0, 0)
    assert "taken over" not in log.read_text()
    after = metrics_of(job)
    assert (before["fingerprint"] != after["fingerprint"]) == (change == "code")
    data = [record["provenance"]["data"]["sha256"] for record in (before, after)]
    assert (data[0] != data[1]) == (change == "data")
