"""Claims about made-up artefacts."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

# The tests import what lies beside them by name, which the import mode does not provide for.
sys.path.insert(0, str(Path(__file__).parent))

from made_up_artefacts import artefacts

from reprise.studies.claims import Claim, read_claims


@pytest.fixture
def read() -> Callable[..., Claim]:
    """Reads a claim of the table table1, unless it names another artefact."""

    def reading(**content: object) -> Claim:
        contents = {"claim": {"artefact": "table1", **content}}
        (claim,) = read_claims(contents, artefacts(), "lantern.yaml")
        return claim

    return reading
