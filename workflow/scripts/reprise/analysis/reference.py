"""Reference runs: what real hardware gave, kept below ``reference/<scale>-<data>-<hardware>/``.

Each folder holds ``metrics.csv``, one row per run, and ``histories/<name>.csv.gz``, the history of
the run whose column ``history`` has that name.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reprise.analysis.measures import Metric, at_scale, measure_curve
from reprise.analysis.records import FINISHED
from reprise.analysis.reporting import needs_history, reported_values
from reprise.analysis.statistics.prediction import prediction_of_row
from reprise.errors import InputError
from reprise.studies.measure_forms import DIFFERENCES, depends_on_report

HISTORIES = "histories"
TRAINING = "cells"


class Reference:
    """All runs below one folder, by the published cell that each of them ran.

    Args:
        table: the metrics of all runs, with the column ``source``, the name of their folder.
        folder: the folder above those.
        fingerprints: of today's code, by the id of the published cell.
    """

    def __init__(self, table: pd.DataFrame, folder: Path, fingerprints: Mapping[str, str]) -> None:
        self.table = table
        self.folder = folder
        self.fingerprints = fingerprints
        self._histories: dict[tuple[str, str], pd.DataFrame] = {}

    def of_row(self, row: Mapping[str, Any], metric: Metric) -> dict[str, Any]:
        """Mean, sample sd, median, n, prediction interval, source and staleness of the finished
        reference runs of a row.

        Nothing where there are none. Sources are never mixed: where several hold the cell, that
        with the most epochs counts (the closest to what was published), then that with the most
        runs. A row is stale where a run's code was another than that of today.

        Args:
            row: a row of plan.json.
            metric: what the row shows.
        """
        runs = self._runs_of(row)
        runs = runs.assign(value=[self._value(run, row, metric) for _, run in runs.iterrows()])
        runs = runs[np.isfinite(runs["value"].astype(float))]
        if runs.empty:
            return {}
        _, source = max((_rank(group), source) for source, group in runs.groupby("source"))
        chosen = runs[runs["source"] == source]
        values = chosen["value"].astype(float)
        low, high = prediction_of_row(values.to_numpy(), row) or (None, None)
        return {
            "reference_mean": float(values.mean()),
            "reference_median": float(values.median()),
            "reference_low": low,
            "reference_high": high,
            "reference_std": float(values.std(ddof=1)) if len(values) > 1 else None,
            "reference_n": len(values),
            "reference_source": source,
            "reference_stale": self._is_stale(chosen),
        }

    def _runs_of(self, row: Mapping[str, Any]) -> pd.DataFrame:
        """The finished runs of the row's published cell, of training or of the row's probe."""
        runs = self.table
        chosen = (runs["status"] == FINISHED) & runs["published"].isin(row["published"])
        if "folder" in runs:
            kind = kind_of(next(iter(row["folders"].values()), TRAINING))
            chosen &= runs["folder"].map(kind_of) == kind
        return runs[chosen]

    def _value(self, run: pd.Series, row: Mapping[str, Any], metric: Metric) -> float:
        """What a run gives of a metric; nan where it does not have it."""
        if isinstance(metric, Mapping):
            history = self._history(run)
            ratio = run.get("planned_epochs", run["epochs"]) / row["epochs"]["published"]
            return np.nan if history is None else measure_curve(at_scale(metric, ratio), history)
        numbers: Mapping[str, Any] = run
        if depends_on_report(metric) and needs_history(row.get("report")):
            history = self._history(run)
            numbers = {} if history is None else reported_values(history, row["report"])
        if metric in DIFFERENCES:
            first, second = DIFFERENCES[metric]
            return numbers.get(first, np.nan) - numbers.get(second, np.nan)
        return numbers.get(metric, np.nan)

    def _is_stale(self, runs: pd.DataFrame) -> bool:
        """Whether the code of a run is known to be another than that of today."""
        if "fingerprint" not in runs:
            return False
        current = runs["published"].map(self.fingerprints.get)
        return bool((current.notna() & (runs["fingerprint"] != current)).any())

    def _history(self, run: pd.Series) -> pd.DataFrame | None:
        name = run.get("history")
        if not isinstance(name, str):
            return None
        key = (run["source"], name)
        if key not in self._histories:
            path = self.folder / run["source"] / HISTORIES / f"{name}.csv.gz"
            self._histories[key] = _read(path, "the history of a reference run", ["epoch"])
        return self._histories[key]


def read_reference(folder: Path, fingerprints: Mapping[str, str] | None = None) -> Reference | None:
    """All ``<folder>/*/metrics.csv``; None where there are none.

    Args:
        folder: the folder above those of the reference runs.
        fingerprints: of today's code, by the id of the published cell that is trained or probed;
            a run of a cell that is not named is never stale.

    Raises:
        InputError: a file is no table with the columns published and status.
    """
    folder = Path(folder)
    tables = [
        _read(path, "the metrics of reference runs", ["published", "status"]).assign(
            source=path.parent.name
        )
        for path in sorted(folder.glob("*/metrics.csv"))
    ]
    if not tables:
        return None
    return Reference(pd.concat(tables, ignore_index=True), folder, fingerprints or {})


def kind_of(folder: str) -> str:
    """What ran in a folder: ``cells``, or ``probes/<probe>``."""
    first, second, *_ = f"{folder}/".split("/")
    return first if first == TRAINING else f"{first}/{second}"


def _rank(runs: pd.DataFrame) -> tuple[float, int]:
    return (runs["epochs"].max() if "epochs" in runs else 0, len(runs))


def _read(path: Path, what: str, needed: list[str]) -> pd.DataFrame:
    text = dict.fromkeys(("published", "status", "fingerprint", "history"), str)
    try:
        table = pd.read_csv(path, dtype=text)
    except (OSError, ValueError, EOFError) as error:
        raise InputError(
            f"{path} should hold {what}, but cannot be read "
            f"({type(error).__name__}): restore it from version control"
        ) from None
    if lacking := [name for name in needed if name not in table]:
        raise InputError(
            f"{path} should have the column {lacking[0]!r}, but has {', '.join(table.columns)}: "
            "restore it from version control"
        )
    return table
