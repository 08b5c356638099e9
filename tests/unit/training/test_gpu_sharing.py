"""Jobs side by side fill all GPUs alike."""

import subprocess
import sys
from pathlib import Path

import pytest

from reprise.inventory import LIBRARY
from reprise.training.machine.gpus import claim

JOB = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
from reprise.training.machine.gpus import claim
print(claim(sys.argv[3:], Path(sys.argv[2])), flush=True)
sys.stdin.read()
"""


@pytest.fixture
def start(tmp_path: Path):
    """Start a job that claims one of two GPUs and lives until it is stopped."""
    jobs: list[subprocess.Popen] = []

    def started(*names: str) -> tuple[subprocess.Popen, int]:
        command = [sys.executable, "-c", JOB, str(LIBRARY.parent), str(tmp_path), *names]
        job = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        jobs.append(job)
        return job, int(job.stdout.readline())

    yield started
    for job in jobs:
        job.kill()
        job.wait()


def test_no_gpu_gets_a_second_job_before_each_has_one(start):
    positions = [start("A", "B")[1] for _ in range(4)]
    assert positions == [0, 1, 0, 1]


def test_a_killed_job_frees_its_gpu(start):
    (_, first), (second_job, second) = start("A", "B"), start("A", "B")
    assert (first, second) == (0, 1)
    second_job.kill()
    second_job.wait()
    assert start("A", "B")[1] == 1


def test_jobs_that_see_other_gpus_mean_the_same_ones(start):
    assert start("A", "B")[1] == 0
    assert start("B", "A")[1] == 0


def test_a_single_gpu_needs_no_choice(tmp_path: Path):
    assert claim(["A"], tmp_path / "none") == 0
    assert not (tmp_path / "none").exists()
