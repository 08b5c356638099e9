"""The histories of the runs behind a row: which there are, and what they are on average."""

from collections import Counter
from typing import NamedTuple

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.rendering.figures.source import FigureSource
from reprise.studies.artefact_records import RowRecord, Values
from reprise.studies.run_folders import HISTORY
from reprise.studies.statuses import DIVERGED, MISSING


class Runs(NamedTuple):
    """Histories behind one row: those of finished runs, and of those that diverged."""

    finished: list[pd.DataFrame]
    diverged: list[pd.DataFrame]


def runs_of(source: FigureSource, row: RowRecord, columns: list[str]) -> Runs:
    """The histories of a row's runs; runs without one are left out.

    Raises:
        InputError: a history lacks one of the columns that the figure draws.
    """
    statuses = run_statuses(source)
    runs = Runs([], [])
    for folder in row.folders.values():
        history = source.results.history(folder)
        if len(history):
            check_columns(source, folder, history, columns)
            diverged = statuses.get(folder) == DIVERGED
            (runs.diverged if diverged else runs.finished).append(history)
    return runs


def run_statuses(source: FigureSource) -> dict[str, str]:
    """What became of each run, by its folder."""
    return dict(zip(source.runs.get("folder", []), source.runs.get("status", []), strict=True))


def check_columns(
    source: FigureSource, folder: str, history: pd.DataFrame, columns: list[str]
) -> None:
    """Refuse a figure of a column that no history has."""
    for column in columns:
        if column not in history:
            raise InputError(
                f"{source.study}/{source.artefact.id}: figure: {folder}/{HISTORY} has no "
                f"column {column!r}; {choose_among(column, history.columns)}"
            )


def distinct_rows(
    source: FigureSource, axes: list[str], values: Values, arm: str
) -> list[RowRecord]:
    """The rows with these values; of rows that show several metrics of the same runs, one."""
    by_runs = {
        tuple(row.folders.values()): row for row in source.artefact.rows_at(axes, values, arm)
    }
    return list(by_runs.values())


def finished_runs(
    source: FigureSource, row: RowRecord, columns: list[str]
) -> tuple[list[pd.DataFrame], list[str]]:
    """The histories of a row's finished runs, and in words what became of its other runs.

    Raises:
        InputError: a history lacks one of the columns that the figure draws.
    """
    runs, folders = runs_of(source, row, columns), row.folders
    notes = absences(source, row)
    if runs.diverged:
        notes += in_words(Counter(diverged=len(runs.diverged)), len(folders))
    return runs.finished, notes


def absences(source: FigureSource, row: RowRecord) -> list[str]:
    """What a row lacks, in words: ``missing``, or ``2 of 3 runs failed``."""
    folders, statuses = list(row.folders.values()), run_statuses(source)
    empty = [folder for folder in folders if not len(source.results.history(folder))]
    return in_words(Counter(statuses.get(folder) or MISSING for folder in empty), len(folders))


def in_words(counts: Counter[str], runs: int) -> list[str]:
    """How many of all runs have each status; the status alone where all have it."""
    if list(counts.values()) == [runs]:
        return list(counts)
    return [f"{count} of {runs} runs {status}" for status, count in counts.items()]


def mean_and_spread(
    histories: list[pd.DataFrame], x: str, series: str
) -> tuple[pd.Series, pd.Series]:
    """Mean and sample standard deviation over runs at each position that all runs have."""
    columns = [history.set_index(x)[series] for history in histories]
    together = pd.concat(columns, axis=1, join="inner")
    return together.mean(axis=1), together.std(axis=1)
