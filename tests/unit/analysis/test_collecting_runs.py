"""From cell folders to runs.csv, and back."""

import json
from pathlib import Path
from typing import Any

import pytest
from made_up_records import made_up_row, made_up_rows

from reprise.analysis.collecting import METRICS, collect_runs, read_runs
from reprise.errors import InputError


def rows_of(folders: dict[str, str], **axes: str) -> list[dict[str, Any]]:
    return [{"axes": axes or {"groups": "4"}, "arm": "as run", "folders": folders}]


def test_one_row_a_run_with_its_status(tmp_path: Path, write_cell: Any) -> None:
    write_cell("cells/a/seed1", test_accuracy=93.5, parameters=521418)
    write_cell("cells/a/seed2", status="diverged", test_accuracy=None)
    failure = tmp_path / "cells/a/seed3/failure.json"
    failure.parent.mkdir(parents=True)
    failure.write_text(json.dumps({"status": "failed", "error": "out of memory"}))
    rows = rows_of({str(seed): f"cells/a/seed{seed}" for seed in (1, 2, 3, 4)})
    runs = collect_runs(made_up_rows(rows), tmp_path)
    assert list(runs) == ["groups", "arm", "seed", "status", "folder", *METRICS, "course"]
    assert list(runs["status"]) == ["finished", "diverged", "failed", "missing"]
    assert runs["test_accuracy"].to_list()[0] == 93.5
    assert runs["test_accuracy"].notna().sum() == 1
    assert runs.to_csv(index=False).splitlines()[1].split(",")[-3] == "521418"


def test_a_truncated_file_is_named_in_one_sentence(tmp_path: Path, write_cell: Any) -> None:
    write_cell("cells/a/seed1", test_accuracy=93.5)
    path = tmp_path / "cells/a/seed1/metrics.json"
    path.write_text(path.read_text()[:-5])
    with pytest.raises(InputError, match=r"cells/a/seed1/metrics\.json .* truncated"):
        collect_runs(made_up_rows(rows_of({"1": "cells/a/seed1"})), tmp_path)


def test_an_unknown_status_is_refused(tmp_path: Path, write_cell: Any) -> None:
    write_cell("cells/a/seed1", status="done")
    with pytest.raises(InputError, match="'done'"):
        collect_runs(made_up_rows(rows_of({"1": "cells/a/seed1"})), tmp_path)


def test_further_numbers_become_columns(tmp_path: Path, write_cell: Any) -> None:
    write_cell("cells/a/seed1", multiply_adds=3e8, provenance={"threads": 1}, exact=True)
    runs = collect_runs(made_up_rows(rows_of({"1": "cells/a/seed1"})), tmp_path)
    assert runs["multiply_adds"].to_list() == [3e8]
    assert not {"provenance", "exact"} & set(runs)


def test_an_axis_cannot_hide_a_column(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="'epochs'"):
        collect_runs(made_up_rows(rows_of({}, epochs="60")), tmp_path)


def test_value_ids_stay_text_through_the_file(tmp_path: Path, write_cell: Any) -> None:
    write_cell("cells/a/seed1", test_accuracy=93.5)
    runs = collect_runs(
        made_up_rows(rows_of({"1": "cells/a/seed1"}, groups="4", norm="none")), tmp_path
    )
    runs.to_csv(tmp_path / "table.runs.csv", index=False)
    read = read_runs(tmp_path / "table.runs.csv", ["groups", "norm"])
    assert read[["groups", "norm"]].to_numpy().tolist() == [["4", "none"]]
    assert read["test_accuracy"].to_list() == [93.5]


def test_an_absent_runs_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"table1\.runs\.csv"):
        read_runs(tmp_path / "table1.runs.csv", [])


def test_a_measure_that_a_row_shows_becomes_a_column(
    tmp_path: Path, write_cell: Any, write_history: Any
) -> None:
    folder = write_cell("cells/a/seed1", test_accuracy=93.5)
    write_history(folder, test_accuracy=[50.0, 80.0, 93.5])
    plain, measured = rows_of({"1": folder}, shown="end") + rows_of({"1": folder}, shown="early")
    measured |= {"metric": {"series": "test_accuracy", "epoch": 2}}
    runs = collect_runs(made_up_rows([plain, measured]), tmp_path)
    assert runs["test_accuracy"].to_list() == [93.5, 93.5]
    assert runs["test_accuracy (epoch 2)"].fillna(-1).to_list() == [-1, 80.0]


def test_epochs_of_a_measure_are_published_ones(
    tmp_path: Path, write_cell: Any, write_history: Any
) -> None:
    folder = write_cell("cells/a/seed1", test_accuracy=93.5)
    write_history(folder, test_accuracy=[50.0, 80.0, 93.5])
    metric = {"series": "test_accuracy", "epoch": 20}
    (row,) = rows_of({"1": folder})
    runs = collect_runs(
        [made_up_row({**row, "metric": metric, "epochs": {"published": 30, "run": 3}})], tmp_path
    )
    assert runs["test_accuracy (epoch 20)"].to_list() == [80.0]


def test_rows_that_are_not_run_give_an_empty_table(tmp_path: Path) -> None:
    assert collect_runs(made_up_rows(rows_of({})), tmp_path).empty
