"""Fixtures of the unit tests of several rooms."""

from collections.abc import Callable
from pathlib import Path

import pytest
import torch

from reprise.data.catalogue import load_entries
from reprise.data.preparation import prepare
from reprise.data.sources import Source
from reprise.studies.cell import Cell
from reprise.training.job import CellFiles, Job

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
def make_job(tmp_path, prepared_digits) -> Callable[..., Job]:
    """A job on a cell whose folder is a new one of the given name."""

    def make(cell: Cell, folder: str = "cell", prepared: Path = prepared_digits) -> Job:
        path = tmp_path / folder
        path.mkdir()
        files = CellFiles(path / "cell.yaml", path / "metrics.json", path / "history.csv")
        identity = {"published": "abc", "fingerprint": "def"}
        return Job(cell, prepared, files, device="cpu", threads=1, identity=identity)

    return make
