"""Fixtures of the unit tests of several rooms."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from reprise.data.catalogue import load_entries
from reprise.data.preparation import prepare
from reprise.data.sources import Source
from reprise.studies.cell import Cell

ROOT = Path(__file__).parents[2]


@pytest.fixture
def one_thread():
    """Results on a CPU depend on the number of threads, and two tests may run side by side."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="session")
def prepared_digits(tmp_path_factory) -> Path:
    """The prepared handwritten digits that come with scikit-learn."""
    path = tmp_path_factory.mktemp("prepared") / "digits-8px.safetensors"
    entries = load_entries(ROOT / "config" / "datasets.yaml", {})
    prepare(Source.of("digits", entries["digits"]), [], path)
    return path


@pytest.fixture
def make_job(tmp_path, prepared_digits) -> Callable[..., dict[str, Any]]:
    """A job on a cell, as plain data, whose folder is a new one of the given name."""

    def make(cell: Cell, folder: str = "cell", prepared: Path = prepared_digits) -> dict[str, Any]:
        path = tmp_path / folder
        path.mkdir()
        return {
            "cell": cell.plain(),
            "prepared": str(prepared),
            "description": str(path / "cell.yaml"),
            "metrics": str(path / "metrics.json"),
            "history": str(path / "history.csv"),
            "device": "cpu",
            "threads": 1,
            "identity": {"published": "abc", "fingerprint": "def"},
        }

    return make
