"""A made-up study of counted networks, from its YAML to the report."""

import pandas as pd
import pytest
from html_tree import read_page, text_of

from reprise.analysis.claims import evaluate_study
from reprise.planning.plan_file import plan_content
from reprise.probes.counted_costs import counted_costs
from reprise.rendering.report import render_report
from reprise.studies.plan_storage import read_artefact, read_study, write_plan


@pytest.fixture
def results(plan_study, counted_study, tmp_path):
    """A results folder with the plan and what the probe counted."""
    folder = tmp_path / "results" / "paper"
    (folder / "counted").mkdir(parents=True)
    write_plan(plan_content(plan_study(counted_study)), folder)
    artefact = read_artefact(folder / "counted" / "plan.json", "costs")
    table = counted_costs(artefact.rows, **artefact.probe.arguments)
    table.to_csv(folder / "counted" / "costs.csv", index=False)
    return folder


@pytest.fixture
def judged(results):
    """The claims by id, once they are written beside the table."""

    def judge():
        claims = evaluate_study(read_study(results / "counted" / "plan.json"), results)
        claims.to_csv(results / "claims.csv", index=False)
        return claims.set_index("claim")

    return judge


def test_claims_on_counts_are_decided(judged):
    claims = judged()
    assert claims["verdict"].to_dict() == {
        "fewer_parameters": "holds",
        "as_reported": "contradicted",
        "above_a_thousand": "holds",
        "secret_is_large": "missing",
    }
    assert claims.loc["fewer_parameters", "effect"] == pytest.approx(3_504_872 / 4_231_976)
    assert claims.loc["fewer_parameters", "basis"] == "exact: no interval"
    assert claims.loc["as_reported", ["effect", "reported_effect"]].tolist() == [17, 19]
    assert claims.loc["secret_is_large", "basis"] == "secret, parameters is not counted"
    assert claims["p_holm"].isna().all()


def test_claims_before_anything_is_counted_are_missing(judged, results):
    (results / "counted" / "costs.csv").unlink()
    claims = judged()
    assert set(claims["verdict"]) == {"missing"}
    assert claims.loc["above_a_thousand", "basis"] == "first, multiply_adds is not computed yet"


def test_the_table_shows_counts_and_why_there_is_none(judged, results, tmp_path):
    judged()
    render_report(results, tmp_path / "report.html")
    page = read_page(tmp_path / "report.html")
    (table,) = page.all("table", inside="counted/costs")
    assert [text_of(head) for head in next(iter(table.find("thead")))][1:] == [
        "Parameters (M)", "Multiply-adds", "Blocks",
    ]  # fmt: skip
    shown = [[text_of(cell) for cell in row] for row in table.find("tbody")]
    counts = pd.read_csv(results / "counted" / "costs.csv").set_index(["network", "quantity"])
    adds = int(counts.loc[("first", "multiply_adds"), "mean"])
    assert shown[0][:5] == ["First", "4.20", "—", "4.23", "+0.03"]
    assert shown[0][5] == f"{adds:,}".replace(",", " ")
    assert shown[1][:4] == ["Second", "—", "3.40", "3.50"]
    assert shown[1][6:] == ["19", "17", "−2"]
    assert shown[2][3] == "not countedIts layers are not published."
    text = page.text("counted/costs")
    assert "This run: counted without a run. Parameters are all trainable numbers." in text
    beside_table = text.split("Copy this table")[0]
    assert beside_table.count("Multiply-adds are those of the convolutions") == 1
    assert "standard deviation" not in text
