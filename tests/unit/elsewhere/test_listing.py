"""From a plan to the runs that a machine is to make."""

from pathlib import Path

import pytest
from other_machine import training

from reprise.elsewhere.job_list import JobList
from reprise.elsewhere.listing import back_text, list_runs, runs_behind
from reprise.errors import InputError
from reprise.planning.plan import Plan
from reprise.studies.claims.selections import artefacts_of

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def plan():
    return Plan.of({"studies": "mclain,kth", "scale": "demo", "seeds": 2}, ROOT)


def test_a_table_has_the_runs_of_its_rows(plan):
    assert runs_behind(plan, ["mclain/table1"]) == plan.artefact_folders("mclain", "table1")


def test_a_claim_has_the_runs_of_the_tables_that_it_compares(plan):
    found = runs_behind(plan, ["mclain/tail_adds"])
    assert found
    tables = {folder for key in plan.rows for folder in plan.artefact_folders(*key)}
    assert set(found) < tables


def test_each_claim_has_the_runs_that_it_is_judged_by(plan):
    several = []
    for study, claims in plan.claims.items():
        for claim in claims:
            folders = [plan.artefact_folders(study, name) for name in artefacts_of(claim)]
            assert set(runs_behind(plan, [f"{study}/{claim.id}"])) == set().union(*folders)
            several.append(len(folders) > 1)
    assert any(several)


def test_runs_of_several_targets_come_once_in_their_order(plan):
    first, second = ["mclain/table1"], ["kth/lr_range"]
    assert runs_behind(plan, first + second + first) == [
        *runs_behind(plan, first),
        *runs_behind(plan, second),
    ]


def test_without_ids_all_runs_are_meant(plan):
    everything = set(plan.run_cells)
    assert set(runs_behind(plan, [])) == set(runs_behind(plan, ["jobs"])) == everything
    assert set(runs_behind(plan, ["mclain", "kth"])) == everything


def test_data_that_nobody_has_prepared_is_named(plan, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InputError, match=r"digits.*\.safetensors: expected to know its checksum"):
        list_runs(plan, runs_behind(plan, ["mclain/table1"]))


def test_what_is_back_is_counted(machine):
    assert back_text(machine.list, lambda folder: True) is None
    runs = training(), training(seed=2)
    machine.ask_for(*runs)
    assert JobList.read(machine.list).runs == runs
    said = back_text(machine.list, lambda folder: folder == runs[0].folder)
    assert said.endswith("jobs.json lists 2 runs for a machine without Snakemake: 1 are back.")
