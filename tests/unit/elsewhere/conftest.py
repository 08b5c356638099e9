"""Another machine, as a folder."""

import sys
import time
from pathlib import Path

import pytest

# The tests import what lies beside them by name, which the import mode does not provide for.
sys.path.insert(0, str(Path(__file__).parent))

from other_machine import Machine

from reprise.commits import git_state
from reprise.elsewhere.command import main
from reprise.folders import WORKFLOW


@pytest.fixture
def machine(tmp_path, prepared_digits, monkeypatch, one_thread) -> Machine:
    """Another machine; it is the working folder."""
    (tmp_path / "machine").mkdir()
    monkeypatch.chdir(tmp_path / "machine")
    return Machine(tmp_path / "machine", prepared_digits)


@pytest.fixture
def run_jobs(machine):
    """Work through the list of the machine; the exit status."""

    def run(*options: str) -> int:
        return main([machine.list.name, *options], time.time())

    return run


@pytest.fixture
def commit() -> str:
    """That of the code here."""
    found = git_state(WORKFLOW)["commit"]
    if found is None:
        pytest.skip("the code lies in no repository")
    return found
