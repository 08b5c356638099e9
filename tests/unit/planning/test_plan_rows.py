"""What plan.json says of rows, for those who read it without the studies' YAML."""

from pathlib import Path

import pytest

from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content

ROOT = Path(__file__).parents[3]


@pytest.fixture(scope="module")
def artefacts():
    asked = Plan.of({"scale": "short", "seeds": 1}, ROOT)
    studies = plan_content(asked)["studies"]
    return [artefact for study in studies for artefact in study["artefacts"]]


def test_rows_show_the_metric_of_their_axis_value(artefacts):
    measured = 0
    for artefact in artefacts:
        own = {(axis["id"], value["id"]): value["metric"]
               for axis in artefact["axes"] for value in axis["values"]}  # fmt: skip
        for row in artefact["rows"]:
            said = [own[pair] for pair in row["axes"].items() if own[pair] is not None]
            assert [row["metric"]] == (said or [None])
            measured += len(said)
    assert measured


def test_rows_say_which_epochs_they_report_and_of_how_many(artefacts):
    rows = [row for artefact in artefacts for row in artefact["rows"]]
    assert {row["report"]["epochs"] for row in rows} <= {"last", "mean", "best"}
    assert {row["statistic"] for row in rows} <= {"mean", "median"}
    assert all(row["reported_runs"] >= 1 for row in rows)
    lengths = [row["epochs"] for row in rows if row["cell"]]
    assert all(1 <= epochs["run"] <= epochs["published"] for epochs in lengths)
    assert any(epochs["run"] < epochs["published"] for epochs in lengths)
