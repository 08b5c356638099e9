"""Operations are exact; of seconds only what cannot depend on the machine is asserted."""

import dataclasses
import os
import subprocess
import sys
from contextlib import nullcontext
from typing import ClassVar

import pytest
import torch
from cpu_recorder import CpuRecorder

from reprise.errors import InputError
from reprise.estimates import calibration
from reprise.estimates.calibration import (
    SampleCell,
    measure_cost,
    sample_of,
    seconds_an_image,
)
from reprise.inventory import LIBRARY
from reprise.studies.choice import Choice

CPU = torch.device("cpu")
SHAPE = (1, 8, 8)
# A convolution of 3 x 3 to 4 channels at 8 x 8, and a layer from 4 channels at 4 x 4 to 10 classes.
CONVOLUTION = 2 * 9 * 4 * 64
LAYER = 2 * 4 * 16 * 10


@pytest.fixture
def sample(plain_cell):
    return SampleCell(plain_cell(batch_size=16), SHAPE, 10)


def test_operations_are_counted(sample, one_thread):
    cost = measure_cost(sample, CPU)
    assert cost.evaluation_flops == CONVOLUTION + LAYER
    # Backwards once for the weights, and once for what comes in, except for the images.
    assert cost.training_flops == 2 * CONVOLUTION + 3 * LAYER
    assert 0 < cost.evaluation_seconds < 1
    assert 0 < cost.training_seconds < 1


@pytest.mark.parametrize(
    ("task", "model", "shape"),
    [
        ("segmentation", {"name": "deeplab_v3_mobilenet_v2", "blocks": [1] * 7}, (1, 32, 32)),
        ("detection", {"name": "ssd300_vgg16", "width": 4, "scales": [0.2, 0.5, 0.8]}, (1, 32, 32)),
        ("language_modelling", {"name": "lstm", "embedding": 6, "hidden": 8}, (12,)),
    ],
)
def test_cells_of_every_task_are_measured(plain_cell, one_thread, task, model, shape):
    cell = plain_cell(batch_size=16, task=task, model=model, augmentation=[])
    cost = measure_cost(SampleCell(cell, shape, 5), CPU)
    assert cost.training_flops > 2 * cost.evaluation_flops > 0
    assert cost.training_seconds > 0
    if shape == (12,):
        layers = 4 * 8 * (6 + 8) + 4 * 8 * (8 + 8)
        assert cost.evaluation_flops == 2 * 12 * (layers + 8 * 5)


def test_a_softmax_over_many_tokens_is_measured(plain_cell, one_thread):
    """More tokens than a byte holds; the shortlist and one group of two are computed for each."""
    model = {"name": "adaptive_lstm", "embedding": 6, "hidden": 8, "cutoffs": [300]}
    cell = plain_cell(batch_size=16, task="language_modelling", model=model, augmentation=[])
    cost = measure_cost(SampleCell(cell, (12,), 301), CPU)
    layers = 4 * 8 * (6 + 8) + 4 * 8 * (8 + 8)
    shortlist = 8 * 301
    assert 2 * 12 * (layers + shortlist) <= cost.evaluation_flops <= 2.1 * 12 * (layers + shortlist)
    assert cost.training_flops > 2 * cost.evaluation_flops


@pytest.mark.parametrize(("side", "size"), [(8, 8), (256, 8), (400, 4), (513, 2), (2000, 2)])
def test_fewer_of_large_images_say_enough(monkeypatch, plain_cell, side, size):
    tried = []

    def refuse(sample, batch_size, device):
        tried.append(batch_size)
        raise ValueError

    monkeypatch.setattr(calibration, "_flops", refuse)
    with pytest.raises(InputError, match="take a batch of 64 images"):
        measure_cost(SampleCell(plain_cell(batch_size=64), (3, side, side), 10), CPU)
    assert tried[0] == size


class RefusingRecorder:
    """Counts how often it is asked to record."""

    asked = 0

    def __init__(self, device):
        assert device == CPU

    def preparing(self):
        return nullcontext()

    def record(self, compute):
        RefusingRecorder.asked += 1
        raise RuntimeError("not on a CPU")


def test_updates_are_recorded_where_jobs_record_them(sample, one_thread):
    assert measure_cost(sample, CPU, RefusingRecorder).training_seconds > 0
    # Of whole updates and then of gradients, at a batch of 8 and at one of 16.
    assert RefusingRecorder.asked == 4


class CountingRecorder(CpuRecorder):
    """Keeps what was made of it."""

    made: ClassVar[list[CpuRecorder]] = []

    def __init__(self, device):
        super().__init__()
        self.made.append(self)


@pytest.mark.parametrize("optimizer", ["sgd", "adadelta"])
def test_whole_updates_are_timed_where_jobs_replay_them(sample, one_thread, monkeypatch, optimizer):
    monkeypatch.setattr(CountingRecorder, "made", [])
    cell = dataclasses.replace(sample.cell, optimizer=Choice(optimizer, {}), batch_size=8)
    measured = dataclasses.replace(sample, cell=cell)
    assert measure_cost(measured, CPU, CountingRecorder).training_seconds > 0
    (recorder,) = CountingRecorder.made
    # Ten updates: five before a recording of five, then two replays. One by one: from the fourth.
    assert recorder.replays == (3 if optimizer == "sgd" else 7)


@pytest.mark.parametrize("first", [1, 4])
def test_first_steps_and_as_many_as_there_is_time_for(monkeypatch, first):
    clock, steps = [0.0], []

    def step():
        steps.append(1)
        clock[0] += 0.1 if len(steps) <= first + 1 else 0.02
        return 8

    monkeypatch.setattr(calibration, "device_seconds", lambda device: clock[0])
    assert seconds_an_image(step, CPU, first) == pytest.approx(0.02 / 8)
    assert len(steps) == first + 1 + 3


def test_a_norm_that_takes_whole_groups_of_images_only(sample, one_thread):
    norm = Choice("general", {"groups": [12, 1, 1, 1]})
    cell = dataclasses.replace(sample.cell, norm=norm, batch_size=48)
    assert measure_cost(dataclasses.replace(sample, cell=cell), CPU).training_flops > 0


def test_a_network_that_takes_no_such_image_is_refused(sample):
    deep = Choice("inception_v3", {})
    cell = dataclasses.replace(sample.cell, model=deep, norm=Choice("batch", {}))
    with pytest.raises(InputError, match=r"inception_v3 with batch norm .* 1x8x8") as raised:
        measure_cost(dataclasses.replace(sample, cell=cell), CPU)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize(
    "change",
    [
        {"seed": 3},
        {"epochs": 90},
        {"train_images": 50},
        {"schedule": Choice("constant", {"learning_rate": 1.0})},
        {"momentum": 0.0},
    ],
)
def test_what_costs_nothing_is_measured_once(sample, digits, change):
    changed = dataclasses.replace(sample.cell, **change)
    assert sample_of(changed, digits)[0] == sample_of(sample.cell, digits)[0]


@pytest.mark.parametrize(
    "change",
    [
        {"batch_size": 8},
        {"norm": Choice("batch", {})},
        {"optimizer": Choice("adam", {})},
        {"augmentation": (Choice("flip", {}),)},
    ],
)
def test_what_costs_something_is_measured_apart(sample, digits, change):
    changed = dataclasses.replace(sample.cell, **change)
    assert sample_of(changed, digits)[0] != sample_of(sample.cell, digits)[0]


def test_images_of_another_size_are_measured_apart(sample, digits):
    assert sample_of(sample.cell, digits.resized(32))[0] != sample_of(sample.cell, digits)[0]


def test_counting_says_nothing_where_there_is_no_triton():
    importing = "import sys; sys.modules['triton'] = None; import reprise.estimates.estimate"
    path = {**os.environ, "PYTHONPATH": str(LIBRARY.parent)}
    answer = subprocess.run([sys.executable, "-c", importing], env=path, capture_output=True)
    assert (answer.returncode, answer.stderr) == (0, b"")


def test_a_step_of_many_seconds_is_timed_once(monkeypatch):
    clock, steps = [0.0], []

    def step():
        steps.append(1)
        clock[0] += 30.0
        return 2

    monkeypatch.setattr(calibration, "device_seconds", lambda device: clock[0])
    assert seconds_an_image(step, CPU, 1) == 15.0
    assert len(steps) == 1
