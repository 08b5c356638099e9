"""A data set for the tests of estimates."""

from pathlib import Path

import pytest

from reprise.data.catalogue import load_entries
from reprise.data.sources import Source

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="session")
def digits() -> Source:
    """The handwritten digits of 8 pixels."""
    return Source.of("digits", load_entries(ROOT / "config" / "datasets.yaml", {})["digits"])
