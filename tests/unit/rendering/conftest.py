"""Rendered reports of made-up results, each made once."""

import sys
from pathlib import Path

import pytest

# The tests import what lies beside them by name, which the import mode does not provide for.
sys.path.insert(0, str(Path(__file__).parent))

from html_tree import Page, read_page
from made_up_figures import draw_everything
from made_up_results import MadeUp, write_made_up_reference, write_made_up_results

from reprise.rendering.report import render_report


@pytest.fixture(scope="session")
def several_seeds(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of three seeds with verdicts, troubles, reference numbers, and all figures."""
    folder = tmp_path_factory.mktemp("several") / "short"
    write_made_up_results(folder, MadeUp(reference=True, epochs=15))
    draw_everything(folder)
    return folder


@pytest.fixture(scope="session")
def one_seed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Results of one seed without verdicts, reference numbers and figures."""
    folder = tmp_path_factory.mktemp("one") / "demo"
    return write_made_up_results(folder, MadeUp(seeds=(1,), verdicts=False, epochs=3))


@pytest.fixture(scope="session")
def several_seeds_file(several_seeds: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The file of the report of ``several_seeds``."""
    destination = tmp_path_factory.mktemp("report") / "short.html"
    render_report(several_seeds, destination)
    return destination


@pytest.fixture(scope="session")
def several_seeds_page(several_seeds_file: Path) -> Page:
    """The report of ``several_seeds``."""
    return read_page(several_seeds_file)


@pytest.fixture(scope="session")
def one_seed_page(one_seed: Path, tmp_path_factory: pytest.TempPathFactory) -> Page:
    """The report of ``one_seed`` beside reference runs."""
    destination = tmp_path_factory.mktemp("report") / "demo.html"
    reference = write_made_up_reference(destination.parent / "reference" / "short-cifar10-gpu")
    render_report(one_seed, destination, reference.parent)
    return read_page(destination)
