"""Fixtures of the unit tests of several rooms."""

import multiprocessing
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source
from reprise.planning.plan import Plan
from reprise.studies.cell import Cell
from reprise.training.jobs.job import CellFiles, Job

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
    # Here, since a machine with a GPU may have no more than PyTorch.
    from reprise.data.preparation import prepare

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
        return Job(
            cell=cell,
            prepared=prepared,
            files=CellFiles.within(path),
            device="cpu",
            threads=1,
            published="abc",
            fingerprint="def",
        ).plain()

    return make


@pytest.fixture
def start():
    """Call a function in a fork, which has imported PyTorch, and wait until something is so."""

    def started(function, *arguments, until=lambda: True):
        process = multiprocessing.get_context("fork").Process(target=function, args=arguments)
        process.start()
        while not until():
            assert process.is_alive()
            process.join(0.005)
        return process

    return started


@pytest.fixture
def plan_study(tmp_path) -> Callable[..., Plan]:
    """Plans the study of a file ``<name>_study.yaml`` with some texts replaced."""
    shutil.copytree(ROOT / "config", tmp_path / "config")

    def plan(source: Path, *replaced: tuple[str, str], **config: object) -> Plan:
        text, name = source.read_text(), source.stem.removesuffix("_study")
        for old, new in replaced:
            assert old in text
            text = text.replace(old, new, 1)
        (tmp_path / "config" / "studies" / f"{name}.yaml").write_text(text)
        return Plan.of({"studies": name, "scale": "paper", "seeds": 2, **config}, tmp_path)

    return plan


@pytest.fixture
def counted_study() -> Path:
    """A study of networks that are counted, without recipes."""
    return Path(__file__).with_name("counted_study.yaml")


@pytest.fixture
def left_out_study() -> Path:
    """A study of which some rows are not run."""
    return Path(__file__).with_name("left_out_study.yaml")
