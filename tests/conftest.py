"""Fixtures that all tests share."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
from small_disk import SmallDisk, why_no_small_disk

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def shared_datasets() -> Path:
    """The folder of real data sets that REPRISE_DATASETS names; tests that need it are skipped
    where there is none."""
    folder = Path(os.environ.get("REPRISE_DATASETS") or ROOT.parent / "shared" / "datasets")
    if not folder.is_dir():
        pytest.skip(f"there are no real data sets: {folder} (REPRISE_DATASETS) is no folder")
    return folder


@pytest.fixture
def small_disk() -> Callable[[Path, int], SmallDisk]:
    """Mounts a disk of so many pages on an empty folder; tests that need one are skipped where
    nobody may mount."""
    reason = why_no_small_disk()
    if reason is not None:
        pytest.skip(reason)
    with ExitStack() as mounted:
        yield lambda folder, pages: mounted.enter_context(SmallDisk(folder, pages))
