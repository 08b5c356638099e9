"""How benchmarks take turns, and what they write."""

import os
import subprocess
import sys
from importlib import import_module
from itertools import islice
from pathlib import Path

import pytest
import torch

ROOT = Path(__file__).parents[3]
MACHINE = {
    "date": "2026-11-21", "commit": "0123456789abcdef", "modified": False, "cores": 2, "threads": 2,
    "processor": "Made-up", "bfloat16_instructions": ["x_bf16"], "gpu": None, "python": "3.11",
    "torch": "2.12",
}  # fmt: skip
GPU_PARTS = ("side_by_side", "launch_bound", "compute_bound", "time_to_accuracy")
CELL = {"place": "some/table", "model": "net", "batch_size": 7, "precision": "bfloat16"}
RATIO = {"median": 2.0, "least": 1.5, "largest": 2.5}


@pytest.fixture(autouse=True)
def benchmarks(monkeypatch):
    """The folder of benchmarks is where its scripts look for each other."""
    monkeypatch.setattr(sys, "path", [str(ROOT / "benchmarks"), *sys.path])


MADE_UP_LOOPS = """
from itertools import count

import torch
from plain_loop import PlainLoop

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.studies.cell import Cell
from reprise.training.loop import start_run


CELL = {
    "dataset": "digits",
    "model": {"name": "plain_cnn", "stages": [{"convolutions": [{"channels": 4}]}], "hidden": []},
    "norm": "none",
    "optimizer": "sgd",
    "schedule": {"name": "constant", "learning_rate": 0.1},
    "momentum": 0.9,
    "batch_size": 32,
    "epochs": 1,
    "seed": 1,
}


def numbered(offset):
    return lambda number: (value for value in count(10 * number + offset))


def failing():
    raise RuntimeError("made up")


def plain(workers):
    cell = Cell.of(CELL)
    images = torch.zeros(100, 3, 8, 8, dtype=torch.uint8)
    split = ResidentSplit(images, torch.arange(100), torch.zeros(100, dtype=torch.int64))
    half = torch.full((1, 3, 1, 1), 0.5)
    return PlainLoop(start_run(cell, ResidentData(split, split, split, 2, half, half)), workers)
"""


@pytest.fixture
def made_up_loops(tmp_path, monkeypatch):
    """A module that another process can import."""
    (tmp_path / "made_up_loops.py").write_text(MADE_UP_LOOPS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "made_up_loops", raising=False)
    yield import_module("made_up_loops")
    del sys.modules["made_up_loops"]


class Clock:
    """Seconds that pass only where a loop lets them, whatever else the machine does."""

    def __init__(self):
        self.seconds = 0.0

    def __call__(self):
        return self.seconds


def loop(told, name, seconds=0.0, clock=None):
    """A loop that tells of each batch and takes its seconds of a clock for it."""

    def steps(number):
        while True:
            told.append((number, name))
            if clock is not None:
                clock.seconds += seconds
            yield 10

    return steps


@pytest.mark.parametrize("by_batch", [True, False])
def test_loops_take_turns_and_the_first_round_warms_up(by_batch):
    import timing

    told, clock = [], Clock()
    loops = {"slow": loop(told, "slow", 0.5, clock), "fast": loop(told, "fast", 0.125, clock)}
    measure = timing.images_per_second_by_batch if by_batch else timing.images_per_second
    speeds = measure(loops, rounds=2, batches=5, clock=clock)
    assert speeds == {"slow": [20, 20], "fast": [80, 80]}
    assert timing.ratio(speeds["fast"], speeds["slow"]) == dict.fromkeys(RATIO, 4)
    assert [number for number, _ in told] == [0] * 10 + [1] * 10 + [2] * 10
    alternating = ["slow", "fast"] * 5 if by_batch else ["slow"] * 5 + ["fast"] * 5
    assert [name for _, name in told[:10]] == alternating


def test_batches_before_the_measurement_are_not_timed():
    import timing

    told = []
    timing.images_per_second({"a": loop(told, "a")}, rounds=1, batches=4, skipped=3)
    assert len(told) == 2 * (3 + 4)


def test_a_loop_in_its_own_process_takes_turns_with_others(made_up_loops):
    import timing
    from own_process import OwnProcess

    told = []
    with OwnProcess(made_up_loops.numbered, 7) as own:
        loops = {"own": own, "here": loop(told, "here")}
        speeds = timing.images_per_second(loops, rounds=2, batches=5)
        assert list(islice(own(3), 4)) == [37, 38, 39, 40]
    assert {name: len(of_one) for name, of_one in speeds.items()} == {"own": 2, "here": 2}
    assert len(told) == 3 * 5


def test_a_process_that_fails_is_not_waited_for(made_up_loops):
    from own_process import OwnProcess

    with OwnProcess(made_up_loops.failing) as own, pytest.raises(RuntimeError, match="has ended"):
        next(own(0))


def test_the_plain_loop_trains_on_every_image_of_an_epoch_with_a_worker(made_up_loops):
    from own_process import OwnProcess

    with OwnProcess(made_up_loops.plain, 1) as own:
        assert list(islice(own(0), 4)) == [32, 32, 32, 4]


def test_the_plain_loop_trains(made_up_loops):
    loop = made_up_loops.plain(0)
    before = [weights.clone() for weights in loop.model.parameters()]
    assert list(islice(loop(0), 4)) == [32, 32, 32, 4]
    after = loop.model.parameters()
    assert not all(map(torch.equal, before, after))


def found(gpu):
    speeds = {"plain": [10.0], "float32": [20.0]}
    replayed = {
        "images_per_second": {"eager": [1000.0], "replayed": [4000.0]},
        "ratio_to_eager": RATIO,
    }
    side_by_side = {"images_per_second": {1: 100.0, 2: 190.0}, "ratio_to_one": {1: 1.0, 2: 1.9}}
    return {
        "machine": MACHINE,
        "plain_loop": {"images_per_second": speeds, "ratio_to_plain_loop": {"float32": RATIO}},
        "bare_step": {"kth/fig5": {"time_to_bare_step": RATIO}},
        "side_by_side": side_by_side,
        "start_up": {
            "own": {"seconds": [2.0], "median": 2.0},
            "forked": {"seconds": [0.25], "median": 0.25},
        },
        "gpu": None if not gpu else {
            "cells": dict.fromkeys(GPU_PARTS, CELL),
            "published": [
                {"percent": 92, "seconds": "99", "hardware": "GPU", "source": "made up"},
            ],
            "side_by_side": side_by_side,
            "time_to_accuracy": {
                "float32": {"seconds": {92.0: 12.34, 94.0: None}, "test_accuracy": 92.5},
            },
            "launch_bound": {8: replayed},
            "compute_bound": {512: replayed},
        },
    }  # fmt: skip


@pytest.mark.parametrize("script", ["run_all.py", "input_side.py"])
def test_a_script_finds_the_library_by_itself(script):
    """The tests have it on their path, which those who run a script have not."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    command = [sys.executable, ROOT / "benchmarks" / script, "--help"]
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert answer.returncode == 0, answer.stderr
    assert "--configfile" in answer.stdout


ABSENT = ("snakemake", "jsonschema", "scipy", "torchvision", "PIL", "sklearn", "pooch")


@pytest.fixture
def bare(tmp_path):
    """The environment of a machine that lacks these packages, whose finders find none of them."""
    (tmp_path / "sitecustomize.py").write_text(
        "import sys\n"
        "class Finder:\n"
        "    def find_spec(self, name, path=None, target=None):\n"
        f"        if name.split('.')[0] in {ABSENT!r}:\n"
        "            raise ModuleNotFoundError(f'No module named {name!r}', name=name)\n"
        "sys.meta_path.insert(0, Finder())\n"
        "import importlib.util\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda name, package=None: "
        f"None if name.split('.')[0] in {ABSENT!r} else found(name, package)\n"
    )
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


def test_benchmarks_start_without_snakemake(bare):
    script = "import run_all, planned; planned.prepare([planned.Place('shen', 'activations')])"
    answer = subprocess.run(
        [sys.executable, "-c", script], cwd=ROOT / "benchmarks", env=bare, capture_output=True,
        text=True,
    )  # fmt: skip
    (sentence,) = answer.stderr.splitlines()
    assert sentence.startswith("Error: resources/prepared/cifar10-official.safetensors: expected")
    assert "no Snakemake to make it" in sentence


def test_a_plain_loop_that_cannot_run_is_said_to_be_missing(monkeypatch):
    import results
    import throughput

    monkeypatch.setattr(throughput, "find_spec", lambda package: None)
    place = object()
    assert throughput.against_plain_loop(place, threads=1, rounds=1, batches=1) is None
    text = results.written(found(gpu=False) | {"plain_loop": None})
    assert results.NO_PLAIN_LOOP in text


def test_results_are_written_from_what_was_found():
    import results

    text = results.written(found(gpu=False))
    assert "| float32 | 20 | 2.00 | 1.50 to 2.50 |" in text
    assert "| plain | 10 |  |  |" in text
    assert "| 2 | 190 | 1.90 |" in text
    assert "commit 0123456789. 2 cores (Made-up; instructions for bfloat16: x_bf16), 2" in text
    assert "what a training job needs in 2.00 s" in text
    assert "is there after 0.25 s" in text
    assert results.NO_GPU in text


def test_a_fork_is_there_long_before_a_process_of_its_own():
    from start_up import start_up

    found = start_up(repeats=1)
    assert 0 < found["forked"]["median"] < found["own"]["median"]


def test_without_forks_no_time_of_one_is_made_up(monkeypatch):
    import results
    import start_up

    monkeypatch.setattr(start_up, "can_fork", lambda environment: False)
    monkeypatch.setattr(start_up, "IMPORTS_OF_A_JOB", "import json")
    measured = start_up.start_up(repeats=1)
    assert measured["forked"] is None
    text = results.written(found(gpu=False) | {"start_up": measured})
    assert "This system cannot fork one" in text


def test_a_gpu_has_a_part_of_its_own():
    import results

    text = results.written(found(gpu=True))
    assert results.NO_GPU not in text
    assert "| updates | seconds to 92 % | seconds to 94 % | last test accuracy |" in text
    assert "| float32 | 12.3 | not reached | 92.50 |" in text
    assert "| 8 | 1,000 | 4,000 | 2.00 | 1.50 to 2.50 |" in text
    assert "| 512 | 1,000 | 4,000 |" in text
    assert "Cells of net of some/table at batch 7 side by side" in text
    assert "Published: 99 s to 92 % on a GPU (made up)." in text
