"""A data set and a cell for the tests of estimates."""

from collections.abc import Callable
from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.studies.cell import Cell

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def digits() -> Source:
    """The handwritten digits of 8 pixels."""
    return Source.of("digits", load_entries(ROOT / "config" / "datasets.yaml", {})["digits"])


@pytest.fixture
def plain_cell() -> Callable[..., Cell]:
    """A cell of three epochs with one convolution of 4 channels and no norm."""
    model = {"name": "plain_cnn", "stages": [{"convolutions": [{"channels": 4}]}], "hidden": []}
    plain = {
        "dataset": "digits",
        "model": model,
        "norm": "none",
        "optimizer": "sgd",
        "schedule": {"name": "constant", "learning_rate": 0.01},
        "momentum": 0.9,
        "epochs": 3,
    }
    return lambda **changes: Cell.of(plain | changes)
