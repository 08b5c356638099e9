"""metrics.csv."""

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from reprise.analysis.cell_metrics import collect_metrics
from reprise.errors import InputError

FOLDER = "cells/mgnet/group-4/step/bs128/cifar10-120epochs-1a2b/seed3"


def test_a_cell_is_flat_and_its_address_is_its_axes(tmp_path: Path, write_cell: Any) -> None:
    data = {"name": "digits", "variant": "8px", "sha256": "00"}
    provenance = {"device": "cpu", "threads": 1, "commit": "abc", "data": data}
    provenance["peak_memory_bytes"] = 1024
    write_cell(
        FOLDER, test_accuracy=93.5, epochs=120, published="p1", provenance=provenance, updates=7,
        wall_seconds=10.0, processor_seconds=8.0, images_per_second=500.0,
    )  # fmt: skip
    cell = collect_metrics([FOLDER], tmp_path).iloc[0]
    assert cell[["folder", "model", "norm", "schedule"]].to_list() == [
        FOLDER,
        "mgnet",
        "group-4",
        "step",
    ]
    assert cell[["batch_size", "seed", "epochs", "updates", "threads"]].to_list() == [
        128,
        3,
        120,
        7,
        1,
    ]
    assert cell[["dataset", "data_variant", "published"]].to_list() == ["digits", "8px", "p1"]
    assert cell["peak_memory_bytes"] == 1024
    times = cell[["wall_seconds", "processor_seconds", "images_per_second"]]
    assert times.to_list() == [10.0, 8.0, 500.0]


def test_missing_cells_are_rows_without_numbers(tmp_path: Path) -> None:
    cells = collect_metrics([FOLDER], tmp_path)
    assert cells["status"].to_list() == ["missing"]
    assert cells["test_accuracy"].isna().all()
    assert list(cells)[:10] == [
        "folder",
        "model",
        "norm",
        "schedule",
        "batch_size",
        "epochs",
        "dataset",
        "data_variant",
        "variant",
        "seed",
    ]


def test_no_cells_give_a_table_with_columns(tmp_path: Path) -> None:
    assert isinstance(collect_metrics([], tmp_path), pd.DataFrame)


def test_a_folder_that_is_no_cell_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cells/a/seed1"):
        collect_metrics(["cells/a/seed1"], tmp_path)
