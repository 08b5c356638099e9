"""How many cells at a time a GPU is to have: made-up speeds, and a real trial on a CPU."""

from functools import partial
from pathlib import Path

import pytest
import torch

from reprise.elsewhere.trial import TrialSpeed, side_by_side
from reprise.errors import InputError
from reprise.estimates.calibration import SampleCell
from reprise.estimates.gpu_jobs import (
    endless_sample,
    gpu_jobs,
    most_frequent_sample,
    proposal_text,
)
from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[3]
GIGABYTE = 2**30


@pytest.fixture
def sample(plain_cell):
    return SampleCell(plain_cell(batch_size=16), (1, 8, 8), 10)


def speeds(by_number):
    """A trial that gives these images a second together; the GPU is never full."""

    def tried(number):
        if number not in by_number:
            raise RuntimeError("a run of the trial failed")
        return [TrialSpeed(by_number[number] / number, GIGABYTE, 100 * GIGABYTE)] * number

    return tried


@pytest.mark.parametrize(
    ("gpus", "use"), [(1, "--resources gpu=4 ..."), (3, "--resources gpu=12 ... (4 for each of 3")]
)
def test_the_number_is_said_with_what_was_tried(sample, gpus, use):
    tried = speeds({1: 100, 2: 190, 4: 300, 8: 310})
    first, *others, last = proposal_text(sample, 7, 9, tried, 16, gpus).splitlines()
    assert first.endswith(
        "plain_cnn with none norm at a batch of 16, which stands for 7 of 9 runs."
    )
    assert others[-1] == "8 at a time: 310 images/s together"
    assert use in last


def test_a_cell_that_cannot_be_trained_is_said_in_a_sentence(sample):
    with pytest.raises(InputError, match=r"plain_cnn at a batch of 16 .* failed: see the log"):
        proposal_text(sample, 7, 9, speeds({}), 16, 1)


def test_without_a_gpu_a_sentence_says_so(monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    config = {"studies": "mclain", "scale": "demo", "seeds": 1}
    with pytest.raises(InputError, match="expected a GPU, found none to use"):
        gpu_jobs(config, ROOT, 2)
    with pytest.raises(InputError, match="found none"):
        gpu_jobs({**config, "device": "cuda"}, ROOT, 2)


def test_the_cell_that_most_runs_are_like_is_tried():
    plan = Plan.of({"studies": "mclain", "scale": "demo", "seeds": 1}, ROOT)
    sample, count = most_frequent_sample(plan)
    alike = [
        cell
        for cell in plan.run_cells.values()
        if (cell.model, cell.norm) == (sample.cell.model, sample.cell.norm)
        and cell.batch_size == sample.cell.batch_size
    ]
    assert 1 < count <= len(alike) < len(plan.run_cells)


def test_made_up_images_are_trained_on_side_by_side(sample):
    train = partial(endless_sample, sample, torch.device("cpu"))
    found = side_by_side(train, 2, seconds=0.2)
    assert len(found) == 2
    assert all(one.images_per_second > 0 and one.bytes_free is None for one in found)
