"""Tiny data, and rows as plan.json has them."""

import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from made_up_records import made_up_row

from reprise.data.cell_data import load_resident
from reprise.data.prepared import OpenedData
from reprise.studies.cell import Cell
from reprise.training.loop import start_run, train

# The tests import what lies beside them by name, which the import mode does not provide for.
sys.path.insert(0, str(Path(__file__).parent))

CELL = {
    "dataset": "stripes",
    "model": {"name": "mgnet", "channels": 4, "iterations": [1]},
    "norm": "batch",
    "optimizer": "sgd",
    "momentum": 0.9,
    "schedule": {"name": "exponential_sweep", "first": 1e-4, "last": 1e4},
    "schedule_interval": 0,
    "batch_size": 10,
    "epochs": 3,
    "seed": 1,
}


@pytest.fixture
def sweep_cell():
    """A cell that sweeps over learning rates."""

    def make(**changes):
        return Cell.of({**CELL, **changes})

    return make


@pytest.fixture
def steady_cell(sweep_cell):
    """A cell that trains at one learning rate, without momentum."""

    def make(**changes):
        constant = {"name": "constant", "learning_rate": 0.1}
        return sweep_cell(**{"schedule": constant, "momentum": 0.0, **changes})

    return make


@pytest.fixture
def trained(resident):
    """A cell after its training without a probe, and its epochs."""

    def train_plainly(cell):
        run = start_run(cell, resident(cell))
        return run, train(run)

    return train_plainly


@pytest.fixture
def probe_row():
    """A row of an artefact without runs."""

    def make(axes, cell=CELL, **changes):
        given = {"channels": 1, "pixels": 8, "classes": 4}
        row = {"axes": axes, "arm": "as run", "reported": None, "cited": None}
        plain = {"cell": Cell.of(cell).plain(), "input": given, "folders": {}}
        return made_up_row({**row, **plain, **changes})

    return make


@pytest.fixture(scope="session")
def stripes():
    """Noisy images of 8 pixels: those of class k of 4 have a bright row 2k."""
    generator = np.random.default_rng(0)

    def split(count):
        labels = generator.integers(0, 4, count)
        images = generator.integers(0, 90, (count, 1, 8, 8)).astype(np.uint8)
        images[np.arange(count), 0, 2 * labels] += 120
        return images, labels

    (train_images, train_labels), (test_images, test_labels) = split(100), split(40)
    return OpenedData(
        train_images=train_images,
        train_labels=train_labels,
        test_images=test_images,
        test_labels=test_labels,
        path=Path("stripes.safetensors"),
        name="stripes",
        variant="official",
        classes=("first", "second", "third", "fourth"),
        mean=(0.2,),
        std=(0.3,),
        checksums=(),
        opened=(0, 0, 0),
    )


@pytest.fixture
def resident(stripes):
    """The same at hand of the CPU."""

    def make(cell):
        return load_resident(stripes, cell, torch.device("cpu"))

    return make
