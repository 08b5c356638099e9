"""The metrics of kept runs as plain records, and which of several sources counts for a row."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import chain
from math import isfinite, nan
from typing import Any

import pandas as pd

from reprise.studies.artefact_records import RowRecord
from reprise.studies.cell import FLOAT32
from reprise.studies.run_folders import kind_of
from reprise.studies.rungs import RUNGS, Rung, rung_named, strength


class KeptRuns:
    """The metrics of all runs below one folder, as plain records beside the table. Tables and
    figures ask for few of them very often, and pandas takes long to pick few rows.

    Args:
        table: one row per run, with the column ``source``, the name of its folder.
    """

    def __init__(self, table: pd.DataFrame) -> None:
        self.table = table
        self.records: list[dict[str, Any]] = table.to_dict("records")
        self.sources = [record["source"] for record in self.records]
        self._places = table.groupby("published").indices
        self._kinds = [kind_of(folder) for folder in table.get("folder", ())] or None
        self._chosen: dict[tuple[int, ...], str | None] = {}
        self._rungs: dict[str, Rung] = {}

    def places_of(self, row: RowRecord, statuses: Collection[str]) -> list[int]:
        """The places in the table of the runs of a row's published cell, of training or of the
        row's probe."""
        places = [self._places.get(published, ()) for published in row.published]
        return [
            place
            for place in sorted(set(chain.from_iterable(places)))
            if self.records[place]["status"] in statuses
            and (self._kinds is None or self._kinds[place] == row.run_kind)
        ]

    def source_of(self, places: Sequence[int]) -> str | None:
        """The source that counts, of runs of one cell by their places; None without any."""
        key = tuple(places)
        if key not in self._chosen:
            by_source: dict[str, list[dict[str, Any]]] = {}
            for place in places:
                by_source.setdefault(self.sources[place], []).append(self.records[place])
            ranked = [(_rank(runs), source) for source, runs in by_source.items()]
            self._chosen[key] = max(ranked, default=(None, None))[1]
        return self._chosen[key]

    def rung_of_source(self, source: str) -> Rung:
        """The rung of a source on the ladder of evidence."""
        if source not in self._rungs:
            self._rungs[source] = rung_of_runs(self.table[self.table["source"] == source])
        return self._rungs[source]


def rung_of_runs(runs: pd.DataFrame) -> Rung:
    """The lowest rung of some reference runs on the ladder of evidence."""
    written = runs.reindex(columns=["rung", "scale"]).drop_duplicates().to_dict("records")
    return min(map(_rung_of_run, written), key=strength, default=RUNGS["paper"])


def _rung_of_run(run: Mapping[str, Any]) -> Rung:
    """The rung of a run. One that was kept before there were rungs is known by the name of its
    scale."""
    named = (run.get(column) for column in ("rung", "scale"))
    return rung_named(next((name for name in named if isinstance(name, str)), "paper"))


def _rank(runs: Sequence[Mapping[str, Any]]) -> tuple[int, float, bool, int]:
    """Where runs of one source stand among those of all: their evidence, the epochs that were asked
    for, then float32, then number."""
    epochs = numbers_in(runs, "planned_epochs") or numbers_in(runs, "epochs") or [0]
    # Runs from before the format was written down are in float32.
    written = (run.get("precision") for run in runs)
    is_exact = all(name == FLOAT32 for name in written if isinstance(name, str))
    evidence = min(strength(_rung_of_run(run)) for run in runs)
    return (evidence, max(epochs), is_exact, len(runs))


def numbers_in(runs: Iterable[Mapping[str, Any]], column: str) -> list[float]:
    """The finite numbers that some runs have in a column."""
    found = (run.get(column, nan) for run in runs)
    return [number for number in found if isfinite(number)]
