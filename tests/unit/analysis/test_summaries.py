"""The tidy table of an artefact."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_records import made_up_row, made_up_rows

from reprise.analysis.collecting import collect_runs
from reprise.analysis.summaries import learned_by_run, row_status, summarise


@pytest.fixture
def summarised(tmp_path: Path, write_cell: Any) -> Any:
    """Summarise one row of runs: a number finishes, None is missing, a word is a status."""

    def summarise_runs(*outcomes: Any, **row: Any) -> pd.Series:
        folders = {}
        for seed, outcome in enumerate(outcomes, start=1):
            folders[str(seed)] = folder = f"cells/a/seed{seed}"
            if outcome is not None:
                status = outcome if isinstance(outcome, str) else "finished"
                accuracy = 11.0 if isinstance(outcome, str) else outcome
                write_cell(folder, status=status, test_accuracy=accuracy)
        rows = [
            {"axes": {"norm": "batch"}, "arm": "as run", "reported": 93.0, "cited": None}
            | {"published": ["abc"], "folders": folders}
            | row
        ]
        rows = made_up_rows(rows)
        return summarise(collect_runs(rows, tmp_path), rows).iloc[0]

    return summarise_runs


def test_mean_and_sample_deviation(summarised: Any) -> None:
    row = summarised(92.0, 93.0, 94.0)
    assert (row["mean"], row["std"], row["n"], row["status"]) == (93.0, 1.0, 3, "finished")
    assert row["prediction_high"] == pytest.approx(93 + 4.30265 * (4 / 3) ** 0.5, rel=1e-5)


def test_one_run_has_no_deviation_and_no_interval(summarised: Any) -> None:
    row = summarised(92.0)
    assert (row["mean"], row["n"]) == (92.0, 1)
    assert row[["std", "prediction_low", "prediction_high"]].isna().all()


def test_diverged_and_undefined_runs_enter_no_mean(summarised: Any) -> None:
    row = summarised(92.0, "diverged", 94.0, float("nan"))
    assert (row["mean"], row["n"], row["status"]) == (93.0, 2, "partly diverged")


def test_nothing_run_is_no_number(summarised: Any) -> None:
    row = summarised(None, None)
    assert pd.isna(row["mean"])
    assert (row["n"], row["status"]) == (0, "missing")
    assert summarised()["status"] == "missing"


def test_a_row_that_is_not_run_says_why(summarised: Any) -> None:
    row = summarised(not_run="Name a folder.")
    assert (row["status"], row["reason"]) == ("not run", "Name a folder.")
    assert row["reported"] == 93.0
    assert pd.isna(row["mean"])
    assert pd.isna(summarised(92.0)["reason"])


def test_a_reported_median_is_compared_with_the_median(summarised: Any) -> None:
    row = summarised(90.0, 93.0, 93.6, statistic="median", reported_runs=5)
    assert (row["median"], row["statistic"]) == (93.0, "median")
    assert (row["prediction_low"] + row["prediction_high"]) / 2 == pytest.approx(93.0)


@pytest.mark.parametrize(
    ("statuses", "expected"),
    [
        (["finished", "finished"], "finished"),
        (["finished", "missing"], "partial"),
        (["finished", "failed"], "partial"),
        (["failed", "missing"], "failed"),
        (["diverged", "diverged"], "diverged"),
        (["diverged", "missing"], "partly diverged"),
        ([], "missing"),
    ],
)
def test_status_of_a_row(statuses: list[str], expected: str) -> None:
    assert row_status(statuses) == expected


def test_columns_are_those_of_the_contract(tmp_path: Path) -> None:
    row = made_up_row({"axes": {"b": "1", "a": "2"}, "folders": {}})
    table = summarise(collect_runs([row], tmp_path), [row])
    assert list(table)[:14] == [
        "b",
        "a",
        "arm",
        "reported",
        "cited",
        "mean",
        "std",
        "n",
        "status",
        "reference_mean",
        "reference_std",
        "reference_n",
        "prediction_low",
        "prediction_high",
    ]


def test_a_derived_metric_is_summarised(tmp_path: Path, write_cell: Any) -> None:
    folder = write_cell("cells/a/seed1", test_accuracy=90.0, train_accuracy=99.0)
    row = made_up_row({"axes": {}, "folders": {"1": folder}})
    table = summarise(collect_runs([row], tmp_path), [row], metric="generalisation_gap")
    assert table["mean"].to_list() == [9.0]


def test_each_run_is_held_against_guessing_on_the_data_of_its_row() -> None:
    counts = {"classes": 10, "test_images": 400}
    rows = made_up_rows(
        {"axes": {"norm": norm}, "arm": "as run", "published": [norm], "folders": {}}
        | {"data": {"published": counts, "run": counts}}
        for norm in ("batch", "group")
    )
    table = pd.DataFrame(
        {
            "norm": ["batch", "group", "group", "batch"],
            "arm": "as run",
            "status": ["finished", "finished", "diverged", "finished"],
            "test_accuracy": [90.0, 12.0, 10.0, float("nan")],
        }
    )
    # Guessing passes 14.5 % of 400 images in one of 740 cases.
    assert learned_by_run(table, rows).tolist() == [True, False, None, None]
