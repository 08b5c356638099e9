"""A table of two metrics and two arms, from cells to the page."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from html_tree import Page, read_page, text_of
from made_up_plans import made_up_plan
from made_up_quantities import SETTLED, write_made_up_quantities
from made_up_records import made_up_artefact, made_up_row

from reprise.rendering.metrics import metric_label, row_style
from reprise.rendering.quantities import quantities, quantity_sentences, reported_epochs
from reprise.rendering.report import render_report
from reprise.rendering.results import Results
from reprise.rendering.tables import build_table
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.measure_forms import Arrival, Settled, metric_of
from reprise.studies.plan_storage import write_plan
from reprise.studies.reported_epochs import ReportedEpochs


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Results:
    return Results(write_made_up_quantities(tmp_path_factory.mktemp("quantities")))


@pytest.fixture(scope="module")
def page(results: Results, tmp_path_factory: pytest.TempPathFactory) -> Page:
    destination = tmp_path_factory.mktemp("page") / "report.html"
    render_report(results.folder, destination)
    return read_page(destination)


@pytest.fixture(scope="module")
def artefact(results: Results) -> ArtefactRecord:
    return results.plan.studies[0].artefacts[0]


def test_each_quantity_is_named_with_its_unit_and_epochs(page: Page) -> None:
    said = page.text("harbour/signals")
    assert (
        "Accuracy: validation accuracy (%) averaged over the 4 epochs before the last one (as "
        "run); of the last epoch (as described). Convergence: epochs before the changes of "
        "validation accuracy over 3 epochs add up to less than 1.5 points. As run and as "
        "described (this run: shortened): mean"
    ) in said
    assert "Difference: as run minus reported, of percentages in points." in said


def test_columns_have_the_unit_and_decimals_of_what_they_show(page: Page) -> None:
    (table,) = page.all("table", inside="harbour/signals")
    first, second = table.find("thead")
    assert [text_of(head) for head in first] == ["", "", "Accuracy (%)", "Convergence (epoch)"]
    columns = ["Reported", "As run", "Difference", "As described"]
    assert [text_of(head) for head in second] == ["Strategy", "Sequence", *columns, *columns]
    rows = [[text_of(cell) for cell in row] for row in table.find("tbody")]
    assert (rows[0][2], rows[0][6]) == ("97.610", "8")


def test_numbers_are_those_of_the_file(results: Results, artefact: ArtefactRecord) -> None:
    table = pd.read_csv(results.folder / "harbour" / "signals.csv")
    written = table.set_index(["strategy", "sequence", "quantity", "arm"])["mean"]
    built = build_table(results, "harbour", artefact)
    for row, (strategy, sequence) in zip(
        built.rows, dict.fromkeys(key[:2] for key in written.index), strict=True
    ):
        for quantity, entries in zip(("accuracy", "convergence"), row.groups, strict=True):
            for arm, entry in entries.items():
                key = (strategy, sequence, quantity, arm)
                assert entry.reproduced.center == pytest.approx(written[key])


def test_agreement_never_mixes_quantities(results: Results, page: Page) -> None:
    table = pd.read_csv(results.folder / "harbour" / "signals.csv")
    table = table[table["arm"] == "as run"]
    gaps = (table["mean"] - table["reported"]).abs().groupby(table["quantity"]).mean()
    said = page.text("harbour/signals")
    assert f"Accuracy: mean absolute difference {gaps['accuracy']:.3f} points over 6" in said
    assert f"Convergence: mean absolute difference {gaps['convergence']:.1f} epochs over 6" in said


def test_claims_and_deviations_have_the_unit_of_their_rows(page: Page) -> None:
    assert "points" in page.text("harbour/claims/signals")
    assert "epochs" in page.text("harbour/claims/lamp_fastest")
    assert "points" not in page.text("harbour/claims/lamp_fastest")
    assert "epochs" in page.text("harbour/deviations")


def test_a_claim_may_have_the_id_of_an_artefact(page: Page) -> None:
    assert page.by_id["harbour/signals"].tag == "article"
    assert page.by_id["harbour/claims/signals"].tag == "tr"


def test_narrow_screens_have_all_heads_of_a_row_in_one(page: Page) -> None:
    (table,) = page.all("table", inside="harbour/signals")
    head = next(iter(table.find("tbody")))[0]
    assert [text_of(part) for part in head if part.get("class") == "narrow"] == ["1: 1/n"]


@pytest.mark.parametrize(
    ("metric", "label"),
    [
        ("test_mean_iou", "Test mean intersection over union (%)"),
        ("validation_pixel_accuracy", "Validation pixel accuracy (%)"),
        ("train_perplexity", "Train perplexity"),
        ({"series": "test_perplexity", "epoch": 7}, "Test perplexity at epoch 7"),
        ("test_accuracy", "Test accuracy (%)"),
        ({"series": "test_loss", "epoch": 5}, "Test loss at epoch 5"),
        (
            {"series": "test_accuracy", "epoch": 5, "window": 3},
            "Test accuracy averaged over 3 epochs at epoch 5 (%)",
        ),
        (
            {"series": "test_accuracy", "to": 0.25},
            "Mean test accuracy from 0 to 25 % of the run (%)",
        ),
    ],
)
def test_a_metric_in_words(metric: Any, label: str) -> None:
    assert metric_label(metric_of(metric, "metric")) == label


def test_a_gap_between_percentages_is_in_points() -> None:
    assert metric_label("generalisation_gap") == "Generalisation gap (points)"


def test_a_change_has_the_unit_of_its_series() -> None:
    rule = Settled(change=0.1, epochs=4)
    assert metric_label(Arrival(series="test_accuracy", rule=rule)).endswith("less than 0.1 points")
    assert metric_label(Arrival(series="test_loss", rule=rule)).endswith("less than 0.1")


def test_rows_that_report_other_epochs_are_a_quantity_of_their_own() -> None:
    values = [{"id": "loss", "label": "Plain loss"}, {"id": "drop", "label": "Dropout"},
              {"id": "both", "label": "Both"}]  # fmt: skip
    mean, last = {"epochs": "mean", "count": 4}, {"epochs": "last"}
    rows = [
        {"axes": {"reading": value["id"]}, "arm": "as run", "report": report}
        for value, report in zip(values, (mean, last, last), strict=True)
    ]
    artefact = {"id": "a", "metric": "validation_accuracy", "rows": rows,
                "axes": [{"id": "reading", "values": values}]}  # fmt: skip
    assert quantity_sentences(made_up_artefact(artefact)) == [
        "Plain loss: validation accuracy (%) averaged over the last 4 epochs.",
        "Dropout and Both: validation accuracy (%) of the last epoch.",
    ]
    assert len(quantities(made_up_artefact({**artefact, "metric": "parameters", "unit": ""}))) == 1


def test_a_row_is_written_as_its_values_say(artefact: ArtefactRecord) -> None:
    row = made_up_row({"axes": {"quantity": "convergence"}, "metric": SETTLED})
    style = row_style(replace(artefact, axes=()), row)
    assert (style.unit, style.decimals) == ("epochs", 0)
    assert row_style(artefact, row).unit == "epoch"
    assert row_style(artefact, made_up_row({"axes": {"quantity": "accuracy"}})).decimals == 3


def test_a_name_that_only_repeats_its_metric_is_left_out() -> None:
    shown = {
        "accuracy": ("Accuracy", "test_accuracy", "%"),
        "size": ("Parameters", "parameters", "M"),
    }
    values = [{"id": name, "label": label, "unit": unit, "metric": metric}
              for name, (label, metric, unit) in shown.items()]  # fmt: skip
    rows = [{"axes": {"shown": name}, "arm": "as run"} for name in shown]
    axes = [{"id": "shown", "label": "Shown", "values": values}]
    for row, (_, metric, _) in zip(rows, shown.values(), strict=True):
        row["metric"] = metric
    artefact = made_up_artefact({"id": "t", "metric": "test_accuracy", "axes": axes, "rows": rows})
    assert quantity_sentences(artefact) == ["Accuracy: test accuracy (%).", "Parameters (M)."]


def test_without_rows_there_is_the_quantity_of_the_artefact() -> None:
    (only,) = quantities(
        made_up_artefact({"id": "a", "metric": "parameters", "unit": "", "decimals": 0})
    )
    assert (only.name, only.style.label) == ("", "Parameters")


def test_values_of_different_size_are_quantities_of_one_name() -> None:
    values = [{"id": "rate", "label": "Rate"}, {"id": "decay", "decimals": "scientific"}]
    rows = [{"axes": {"found": value["id"]}, "arm": "as run"} for value in values]
    axes = [{"id": "found", "values": values}]
    artefact = made_up_artefact(
        {"id": "a", "metric": "value", "unit": "", "axes": axes, "rows": rows}
    )
    assert [(each.name, each.style.decimals) for each in quantities(artefact)] == [
        ("Rate", 2), ("decay", "scientific"),
    ]  # fmt: skip
    assert quantity_sentences(artefact) == ["Value."]


@pytest.mark.parametrize(
    ("rule", "words"),
    [
        ({"epochs": "last"}, ""),
        ({"epochs": "best"}, "of the epoch with the best test accuracy"),
        ({"epochs": "mean", "count": 4}, "averaged over the last 4 epochs"),
        (
            {"epochs": "mean", "count": 4, "skip_last": 2},
            "averaged over the 4 epochs before the last 2",
        ),
    ],
)
def test_reported_epochs_in_words(rule: Any, words: str) -> None:
    assert reported_epochs(ReportedEpochs(**rule)) == words


def test_the_plan_alone_gives_the_table(artefact: ArtefactRecord, tmp_path: Path) -> None:
    write_plan(made_up_plan(), tmp_path)
    table = build_table(Results(tmp_path), "harbour", artefact)
    assert {entry.status for entry in table.entries} == {"missing"}
