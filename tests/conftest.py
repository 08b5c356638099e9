"""Fixtures that all tests share."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_datasets() -> Path:
    """The folder of real data sets that REPRISE_DATASETS names; tests that need it are skipped
    where there is none."""
    folder = Path(os.environ.get("REPRISE_DATASETS") or ROOT.parent / "shared" / "datasets")
    if not folder.is_dir():
        pytest.skip(f"there are no real data sets: {folder} (REPRISE_DATASETS) is no folder")
    return folder
