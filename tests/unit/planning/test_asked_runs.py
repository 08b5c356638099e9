"""What ties a run to the plan is said in one place."""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from reprise.planning.plan import Plan
from reprise.studies.choice import Choice
from reprise.studies.run_identity import identity_problem, run_identity

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def runs():
    return Plan.of({"scale": "demo", "studies": "yang_huang"}, ROOT).runs


def test_runs_are_found_by_their_folder(runs):
    assert all(run.folder == folder for folder, run in runs.items())
    assert {run.probe is None for run in runs.values()} == {True, False}


def test_the_identity_is_that_of_the_entries_as_they_are_written(runs):
    for run in runs.values():
        metrics = json.loads(json.dumps({"loss": 1.5, **run.entries(run.fingerprint)}))
        assert run.identity == run_identity(metrics)
        assert identity_problem(metrics, run.entries(run.fingerprint)) is None


def test_each_part_of_a_run_changes_its_identity(runs):
    run = next(run for run in runs.values() if run.probe is None)
    others = [
        replace(run, cell=run.cell.with_seed(7)),
        replace(run, published="another"),
        replace(run, probe=Choice.of({"name": "range_test", "smoothing": 0.5})),
    ]
    assert len({run.identity, *(other.identity for other in others)}) == 4
