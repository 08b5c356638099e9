"""Which epochs an artefact reports."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_records import made_up_row

from reprise.analysis.collecting import collect_runs
from reprise.analysis.measures import reported_values
from reprise.studies.reported_epochs import LAST_EPOCH, ReportedEpochs

HISTORY = pd.DataFrame(
    {
        "epoch": range(1, 7),
        "test_accuracy": [50.0, 60.0, 95.0, 70.0, 80.0, 90.0],
        "test_loss": [6.0, 5.0, 4.0, 3.0, 2.0, 1.0],
    }
)


def test_the_last_epoch_is_the_last_row_of_a_history() -> None:
    assert reported_values(HISTORY, LAST_EPOCH) == {"test_accuracy": 90.0, "test_loss": 1.0}


def test_mean_of_the_last_epochs_but_one() -> None:
    rule = ReportedEpochs(epochs="mean", count=4, skip_last=1)
    assert reported_values(HISTORY, rule)["test_accuracy"] == (60 + 95 + 70 + 80) / 4


def test_a_short_run_gives_the_mean_of_what_it_has() -> None:
    rule = ReportedEpochs(epochs="mean", count=4, skip_last=1)
    assert reported_values(HISTORY.head(3), rule)["test_accuracy"] == (50 + 60) / 2
    assert reported_values(HISTORY.head(1), rule)["test_accuracy"] == 50


def test_best_test_epoch_only_when_said() -> None:
    best = reported_values(HISTORY, ReportedEpochs(epochs="best"))
    assert best == {"test_accuracy": 95.0, "test_loss": 4.0}


def test_a_plan_with_an_unknown_rule_is_refused() -> None:
    with pytest.raises(ValueError, match=r"report\.epochs: expected one of last, mean, best"):
        made_up_row({"axes": {}, "report": {"epochs": "final"}})


def test_collecting_takes_the_reported_epochs_from_the_history(
    tmp_path: Path, write_cell: Any, write_history: Any
) -> None:
    folder = write_cell("cells/a/seed1", test_accuracy=90.0)
    write_history(folder, test_accuracy=[80.0, 84.0, 90.0])
    row = {"axes": {}, "folders": {"1": folder}}
    rules = {"as run": {"epochs": "mean", "count": 2, "skip_last": 1}, "as described": None}
    rows = [made_up_row({**row, "arm": arm, "report": rule}) for arm, rule in rules.items()]
    runs = collect_runs(rows, tmp_path)
    assert runs["test_accuracy"].to_list() == [82.0, 90.0]
