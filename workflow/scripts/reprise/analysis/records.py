"""What the folder of one cell says about its run."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import nan
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.errors import InputError
from reprise.studies.cell import FLOAT32
from reprise.studies.run_folders import FAILURE, HISTORY, METRICS
from reprise.studies.statuses import ENDED, FAILED, MISSING


@dataclass(frozen=True)
class Record:
    """``status``: finished, diverged, failed or missing; ``content``: metrics.json as read."""

    status: str
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def numbers(self) -> dict[str, float]:
        """The numeric entries of metrics.json; a null becomes nan."""
        return {
            name: nan if value is None else value
            for name, value in self.content.items()
            if value is None or (isinstance(value, int | float) and not isinstance(value, bool))
        }


def precision_of(content: Mapping[str, Any]) -> str:
    """The number format of a run by its metrics.json."""
    return content.get("cell", {}).get("precision") or FLOAT32


def read_record(folder: Path) -> Record:
    """Read one cell's folder; a folder without metrics.json and failure.json is missing.

    Raises:
        InputError: metrics.json or failure.json is truncated, or has no known status.
    """
    if (path := folder / METRICS).exists():
        content = _read_json(path)
        return Record(_status(content, set(ENDED), path), content)
    if (path := folder / FAILURE).exists():
        return Record(_status(_read_json(path), {FAILED}, path))
    return Record(MISSING)


def read_history(folder: Path) -> pd.DataFrame:
    """Read one cell's history.csv: one row per epoch, counted from 1.

    Raises:
        InputError: the file is absent, empty, or not a table with a column ``epoch``.
    """
    path = folder / HISTORY
    try:
        history = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} should hold the history of a run, one row per epoch, but cannot be read "
            f"({type(error).__name__}): delete the folder and run the cell again"
        ) from None
    if "epoch" not in history or history.empty:
        raise InputError(
            f"{path} should hold one row per epoch with a column 'epoch', but has "
            f"{len(history)} rows and the columns {', '.join(history.columns)}: delete the "
            "folder and run the cell again"
        )
    return history


class Histories:
    """The histories below one results folder, each read once."""

    def __init__(self, results: Path) -> None:
        self.results = Path(results)
        self._read: dict[str, pd.DataFrame] = {}

    def __contains__(self, folder: str) -> bool:
        """Whether a cell has a history."""
        return (self.results / folder / HISTORY).exists()

    def __getitem__(self, folder: str) -> pd.DataFrame:
        """The history of a cell by its folder relative to the results folder."""
        if folder not in self._read:
            self._read[folder] = read_history(self.results / folder)
        return self._read[folder]


def _read_json(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        content = None
    if not isinstance(content, dict):
        raise InputError(
            f"{path} should hold one JSON object, but is truncated or not JSON: delete the "
            "folder and run the cell again"
        )
    return content


def _status(content: dict[str, Any], statuses: set[str], path: Path) -> str:
    status = content.get("status")
    if status not in statuses:
        raise InputError(
            f"the key 'status' of {path} should be one of {', '.join(sorted(statuses))}, but is "
            f"{status!r}: delete the folder and run the cell again"
        )
    return status
