"""The files of one results folder, read as they are: any may be missing but those of the plan."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reprise.analysis.conclusion_rows import (
    DEVIATIONS,
    REFERENCE,
    DeviationRow,
    Judgement,
    row_of,
    text_columns,
)
from reprise.errors import InputError
from reprise.rendering.snapshots import LOG_TAIL
from reprise.studies.artefact_records import RUNS, TABLE, ArtefactRecord
from reprise.studies.names import is_below
from reprise.studies.plan_records import PlanRecord
from reprise.studies.plan_storage import read_plan
from reprise.studies.run_folders import FAILURE, HISTORY
from reprise.studies.rungs import Rung

TEXT_COLUMNS = {
    "arm", "status", "statistic", "reference_source",
    "folder", "model", "norm", "schedule", "variant", "dataset", "data_variant", "published",
    "device", "device_name", "commit", "modified", "python", "torch", "finished_at",
    "study", "claim", "kind", "text", "definition", "reason", "reference_sources", "rung",
    "reference_weaker",
    *text_columns(Judgement), *(f"{REFERENCE}{name}" for name in text_columns(Judgement)),
}  # fmt: skip
"""Columns that are read as text even where every value looks like a number."""


@dataclass(frozen=True)
class Results:
    """A results folder: ``plan.json`` and what was computed from it so far."""

    folder: Path

    @cached_property
    def plan(self) -> PlanRecord:
        """What was asked for.

        Raises:
            InputError: ``plan.json`` is missing, is no plan, or names files elsewhere.
        """
        return read_plan(self.folder)

    @cached_property
    def rung(self) -> Rung:
        """Its place on the ladder of evidence."""
        return self.plan.rung

    @cached_property
    def cells(self) -> pd.DataFrame:
        """``metrics.csv``: one row per training cell; empty where the file is missing."""
        return read_csv(self.folder / "metrics.csv")

    @cached_property
    def claims(self) -> pd.DataFrame:
        """``claims.csv``: one row per claim; empty where the file is missing."""
        return read_csv(self.folder / "claims.csv")

    def deviations(self, study: str) -> dict[str, DeviationRow]:
        """``deviations.csv`` of a study, by deviation; empty where the file is missing."""
        table = read_csv(self.folder / study / DEVIATIONS, text_columns(DeviationRow))
        rows = (row_of(DeviationRow, row) for row in table.to_dict("records"))
        return {row.id: row for row in rows if row.id is not None}

    def table(self, study: str, artefact: ArtefactRecord) -> pd.DataFrame:
        """The tidy data behind an artefact; axis columns hold value ids as text."""
        # Half a dozen parts of a page ask for it, and reading it takes much longer than a copy.
        key = study, artefact.id
        if key not in self._tables:
            path = self.folder / study / f"{artefact.id}.{TABLE}"
            self._tables[key] = read_csv(path, frozenset(artefact.axis_ids))
        return self._tables[key].copy()

    @cached_property
    def _tables(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {}

    def runs(self, study: str, artefact: ArtefactRecord) -> pd.DataFrame:
        """One row per run (row of the artefact x seed)."""
        return read_csv(self.folder / study / f"{artefact.id}.{RUNS}", frozenset(artefact.axis_ids))

    def history(self, cell: str) -> pd.DataFrame:
        """``history.csv`` of a cell: one row per epoch; ``cell`` is relative to this folder."""
        return read_csv(self.folder_of(cell) / HISTORY)

    def failure(self, cell: str) -> str | None:
        """The sentence that a failed cell left; none where the cell did not fail."""
        return read_json(self.folder_of(cell) / FAILURE).get("error")

    def log_tail(self, cell: str) -> str:
        """The last lines of the log of a cell that has not ended, as a preview keeps them."""
        try:
            return (self.folder_of(cell) / LOG_TAIL).read_text(encoding="utf-8")
        except FileNotFoundError:
            return ""

    def folder_of(self, run: str) -> Path:
        """The folder of a run, which any file of results may name.

        Raises:
            InputError: it lies outside of this folder.
        """
        if not is_below(run):
            raise InputError(
                f"{self.folder}: expected the folder of a run below it, found {run!r} in one of "
                "its files: delete that file, so that it is written again"
            )
        return self.folder / run


def read_csv(path: Path, text_columns: frozenset[str] = frozenset()) -> pd.DataFrame:
    """A CSV with numbers where a column holds numbers and text elsewhere; ids stay text.

    An id such as ``none`` or ``4`` is text, so pandas may guess neither. Empty fields become
    None in text columns and NaN in number columns.
    """
    if not path.is_file() or path.stat().st_size == 0:
        return pd.DataFrame()
    frame = pd.read_csv(path, dtype=str, keep_default_na=False)
    for column in frame.columns:
        if column in text_columns or column in TEXT_COLUMNS:
            frame[column] = frame[column].astype(object).where(frame[column] != "", None)
        else:
            frame[column] = numbers_or_text(frame[column])
    return frame


def numbers_or_text(column: pd.Series) -> pd.Series:
    """A column as numbers if every filled field is one, and as text if not."""
    try:
        # For thousands of short files, pandas' own conversions take three times as long.
        numbers = np.array([field or "nan" for field in column], float)
        return pd.Series(numbers, column.index, name=column.name)
    except ValueError:
        return column.astype(object).where(column != "", None)


def read_json(path: Path) -> dict[str, Any]:
    """A JSON object; empty where the file is missing or was cut short."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return content if isinstance(content, dict) else {}
