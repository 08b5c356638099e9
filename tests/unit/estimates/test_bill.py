"""The bill adds up what every run costs."""

from pathlib import Path

import pytest

from reprise.estimates.bill import COLUMNS, bill, bill_text, run_costs, samples_of
from reprise.estimates.calibration import Cost
from reprise.planning.plan import Plan

ROOT = Path(__file__).parents[3]
# 10 operations and 2 ms to train on an image, 4 and 1 ms to evaluate it; jobs start in a second.
COST = Cost(10.0, 4.0, 0.002, 0.001)


@pytest.fixture(scope="module")
def plan():
    return Plan.of({"studies": "mclain,kth", "scale": "demo", "seeds": 2}, ROOT)


@pytest.fixture(scope="module")
def costs(plan):
    return run_costs(plan, dict.fromkeys(samples_of(plan), COST), start_seconds=1.0)


def rows_by_name(rows):
    return {(row["study"], row["artefact"]): row for row in rows}


def test_a_run_costs_what_its_images_cost(plan, costs):
    folder = plan.artefact_folders("mclain", "table1")[0]
    epochs = plan.cells[folder].epochs
    assert costs[folder].flops == epochs * (800 * 10 + 400 * 4)
    assert costs[folder].seconds == pytest.approx(1 + epochs * (800 * 0.002 + 400 * 0.001))


def test_runs_of_probes_are_on_the_bill(plan, costs):
    assert costs.keys() == plan.cells.keys() | plan.probe_runs.keys()
    rows = rows_by_name(bill(plan, costs, [], 1))
    assert rows["kth", "lr_range"]["runs"] == len(plan.artefact_folders("kth", "lr_range"))


def test_the_run_that_gives_starting_weights_is_on_the_bill():
    plan = Plan.of({"studies": "cappa", "scale": "demo"}, ROOT)
    costs = run_costs(plan, dict.fromkeys(samples_of(plan), COST), start_seconds=1.0)
    (file,) = plan.weights_cells
    assert costs[file].updates > 0
    assert costs.keys() == plan.run_cells.keys() | {file}
    rows = rows_by_name(bill(plan, costs, [file], 1))
    transfer = rows["cappa", "transfer"]
    assert transfer["runs"] == len(plan.artefact_folders("cappa", "transfer")) + 1
    assert transfer["finished"] == 1
    others = [row for row in rows.values() if row["artefact"] not in ("", "transfer")]
    assert not any(row["finished"] for row in others)
    assert rows["all", ""]["runs"] == len(costs)


def test_a_shared_run_counts_once_in_its_study(plan, costs):
    rows = bill(plan, costs, [], 1)
    found = rows_by_name(rows)
    artefacts = [row["runs"] for row in rows if row["study"] == "mclain" and row["artefact"]]
    assert found["mclain", ""]["runs"] == 2 * 76 < sum(artefacts)
    assert found["all", ""]["runs"] == len(costs)
    assert found["all", ""]["hours"] == pytest.approx(
        found["mclain", ""]["hours"] + found["kth", ""]["hours"]
    )
    assert list(rows[0]) == list(COLUMNS)


def test_artefacts_without_runs_are_left_out(plan, costs):
    rows = rows_by_name(bill(plan, costs, [], 1))
    assert ("mclain", "table4") in rows
    assert ("mclain", "schedules") not in rows


def test_what_is_finished_is_not_left_to_do(plan, costs):
    folders = plan.artefact_folders("mclain", "table1")
    row = rows_by_name(bill(plan, costs, folders[1:], 1))["mclain", "table1"]
    assert row["finished"] == row["runs"] - 1
    assert row["hours_left"] == pytest.approx(costs[folders[0]].seconds / 3600)


def test_jobs_side_by_side_share_the_time(plan, costs):
    alone, shared = bill(plan, costs, [], 1)[-1], bill(plan, costs, [], 4)[-1]
    assert shared["hours"] == pytest.approx(alone["hours"] / 4)
    assert shared["flops"] == alone["flops"]


@pytest.mark.parametrize(
    ("hours", "shown"),
    [(0, "0 s"), (0.02, "72 s"), (0.5, "30 min"), (1.9, "114 min"), (30, "30 h"), (480, "20 days")],
)
def test_times_are_shown_in_a_fitting_unit(hours, shown):
    row = dict.fromkeys(COLUMNS, 0) | {"study": "x", "artefact": "", "hours": hours}
    head, line = bill_text([row]).splitlines()
    assert head.split() == ["runs", "finished", "updates", "FLOPs", "time", "left"]
    assert shown in line


def test_text_is_aligned(plan, costs):
    lines = bill_text(bill(plan, costs, [], 2)).splitlines()
    assert len({len(line) for line in lines}) == 1
    assert lines[1].startswith("mclain")
    assert lines[2].startswith("  table1")
