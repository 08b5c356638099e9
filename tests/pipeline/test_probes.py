"""Artefacts that need more than the history of trained cells, from the study to the report."""

import csv
import json
import shutil

import pytest


def rows(path):
    with path.open() as stream:
        return list(csv.DictReader(stream))


def test_runs_of_probes_have_their_folders(mini_project):
    folders = [f.parent for f in mini_project.path("results/mini/probes").rglob("metrics.json")]
    assert len(folders) == 4
    for folder in folders:
        assert {file.name for file in folder.iterdir()} == {
            "cell.yaml", "metrics.json", "history.csv",
        }  # fmt: skip
        metrics = json.loads((folder / "metrics.json").read_text())
        assert metrics["status"] == "finished"
        assert folder.parts[-7].startswith(metrics["probe"]["name"])
        assert metrics["provenance"]["data"]["name"] == "digits"
        assert len(rows(folder / "history.csv")) > 3


def test_suggestions_are_gathered_and_found(mini_project):
    folder = mini_project.path("results/mini/mini")
    suggested = {row["network"]: row for row in rows(folder / "lr_range.csv")}
    assert suggested["mgnet"]["reported"] == "0.1"
    runs = {row["network"]: row for row in rows(folder / "lr_range.runs.csv")}
    assert all(row["folder"].startswith("probes/range_test_") for row in runs.values())
    found = {(row["network"], row["quantity"]): row for row in rows(folder / "found.csv")}
    assert len(found) == 4
    for network, run in runs.items():
        value = found[network, "learning_rate"]["mean"]
        assert (value == "") == (run["suggested_learning_rate"] == "")
        if value:
            assert float(value) == pytest.approx(float(run["suggested_learning_rate"]))
    # After 2 epochs no sweep is better than guessing, and the lowest of their losses is noise.
    assert found["mgnet", "momentum"]["status"] == "not learned"
    assert found["mgnet", "momentum"]["mean"] == ""
    assert found["resnet", "momentum"]["status"] == "not searched"


def test_claims_make_nothing_of_sweeps_that_learned_nothing(mini_project):
    (claim,) = [
        row
        for row in rows(mini_project.path("results/mini/claims.csv"))
        if row["claim"] == "momentum_lowers_the_loss"
    ]
    runs = rows(mini_project.path("results/mini/mini/momentum.runs.csv"))
    assert all(float(row["lowest_loss"]) > 2 for row in runs)
    assert "no run that is compared is better than guessing" in claim["basis"]
    assert (claim["verdict"], claim["effect"], claim["n"]) == ("undecided", "", "1")


def test_training_cells_alone_are_in_the_metrics(mini_project):
    metrics = rows(mini_project.path("results/mini/metrics.csv"))
    assert len(metrics) == 4
    assert all(row["folder"].startswith("cells/") for row in metrics)


def test_the_report_shows_what_probes_found(mini_project):
    html = mini_project.path("report/mini.html").read_text()
    for artefact in ("lr_range", "momentum", "found", "layers", "examples"):
        assert f'id="mini/{artefact}"' in html
    assert "not searched" in html


def test_the_report_says_below_each_table_where_its_numbers_come_from(mini_project):
    html = mini_project.path("report/mini.html").read_text()
    assert "This run: 2 epochs, digits (8px), seed 1, " in html


def test_a_preview_has_what_probes_found(finished):
    (metrics, *_) = sorted(finished.path("results/mini/probes").glob("range_test*/resnet*"))
    shutil.rmtree(metrics)
    finished.run("preview")
    runs = rows(finished.path("results/mini/preview/mini/lr_range.runs.csv"))
    assert [row["status"] for row in runs] == ["finished", "missing"]
    assert len(rows(finished.path("results/mini/preview/metrics.csv"))) == 4
    assert 'id="mini/lr_range"' in finished.path("report/mini-preview.html").read_text()
