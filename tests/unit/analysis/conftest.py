"""Made-up artefacts: cells written to a folder, and tables of runs without any file."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from made_up_records import made_up_artefact

from reprise.analysis.tables import ArtefactTable


@pytest.fixture
def make_table(tmp_path: Path) -> Callable[..., ArtefactTable]:
    """A table with one axis ``setting`` from runs by value id.

    A run is a number, None (missing) or a status such as "diverged".
    """

    def make(
        groups: Mapping[str, Sequence[Any]],
        name: str = "table1",
        reported: Mapping[str, float] | None = None,
        x: Mapping[str, float] | None = None,
        arms: Mapping[str, str] | None = None,
        metric: str = "test_accuracy",
        reports: Mapping[str, Any] | None = None,
        data: Mapping[str, Any] | None = None,
    ) -> ArtefactTable:
        rows = [
            {
                "axes": {"setting": value},
                "arm": (arms or {}).get(value, "as run"),
                "reported": (reported or {}).get(value),
                "report": (reports or {}).get(value, {"epochs": "last"}),
                "data": data,
            }
            for value in groups
        ]
        runs = [
            {
                "setting": value,
                "arm": row["arm"],
                "seed": seed,
                "status": run_status(run),
                "folder": f"{name}/{value}/seed{seed}",
                metric: run if run_status(run) == "finished" else None,
            }
            for row, (value, group) in zip(rows, groups.items(), strict=True)
            for seed, run in enumerate(group, start=1)
        ]
        values = [{"id": value, "label": value, "x": (x or {}).get(value)} for value in groups]
        axes = [{"id": "setting", "label": "Setting", "values": values}]
        artefact = {"id": name, "metric": "test_accuracy", "axes": axes, "rows": rows}
        columns = ["setting", "arm", "seed", "status", "folder", metric]
        return ArtefactTable.of(
            made_up_artefact(artefact), pd.DataFrame(runs, columns=columns), tmp_path
        )

    return make


@pytest.fixture
def write_history(tmp_path: Path) -> Callable[..., None]:
    """Write a history.csv below the results folder of ``make_table``."""

    def write(folder: str, **series: Sequence[float]) -> None:
        length = len(next(iter(series.values())))
        history = pd.DataFrame({"epoch": range(1, length + 1), **series})
        path = tmp_path / folder / "history.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        history.to_csv(path, index=False)

    return write


@pytest.fixture
def write_cell(tmp_path: Path) -> Callable[..., str]:
    """Write metrics.json of one cell and return its folder."""

    def write(folder: str, status: str = "finished", **metrics: Any) -> str:
        path = tmp_path / folder / "metrics.json"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps({"status": status, **metrics}), encoding="utf-8")
        return folder

    return write


def run_status(run: object) -> str:
    """The status that a made-up run stands for."""
    if run is None:
        return "missing"
    return run if isinstance(run, str) else "finished"
