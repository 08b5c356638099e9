"""An artefact as claims see it: its rows, the runs of each, and what the study reports."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from pathlib import Path

import pandas as pd

from reprise.analysis.collecting import RUN_COLUMNS, axis_names, read_exact, read_runs
from reprise.analysis.learning import Guessing
from reprise.analysis.measures import DERIVED, at_scale, measure
from reprise.analysis.records import Histories
from reprise.analysis.summaries import runs_of
from reprise.errors import InputError, choose_among
from reprise.studies.artefact_records import RUNS, TABLE, ArtefactRecord
from reprise.studies.claims.artefacts import ComparedArtefact, ComparedRow
from reprise.studies.measure_forms import Metric, metric_name
from reprise.studies.plan_records import StudyRecord
from reprise.studies.reported_epochs import LAST_EPOCH, ReportedEpochs
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.statuses import DIVERGED, FINISHED


@dataclass(frozen=True)
class MeasuredRun:
    """One run: ``numbers`` are its metric columns, nan where empty."""

    seed: int
    status: str
    folder: str
    numbers: Mapping[str, float]


@dataclass(frozen=True)
class MeasuredRow:
    """One combination of axis values in one arm, with its runs and its reported number.

    Attributes:
        metric: what the row shows, and what its reported number is a number of.
        report: which epochs its numbers are of.
        epoch_ratio: epochs run / epochs published.
        guessing: what guessing gives on its data; None where it has none.
    """

    artefact: str
    axes: Mapping[str, str]
    arm: str
    metric: Metric
    reported: float | None
    runs: tuple[MeasuredRun, ...]
    epoch_ratio: float = 1.0
    report: ReportedEpochs = LAST_EPOCH
    guessing: Guessing | None = None

    @property
    def has_learned(self) -> bool:
        """Whether a run is better than guessing, or may be: its numbers do not tell."""
        finished = [run for run in self.runs if run.status == FINISHED]
        if self.guessing is None or not self.runs:
            return True
        return any(self.guessing.is_beaten(run.numbers) is not False for run in finished)

    @property
    def label(self) -> str:
        """How a sentence names the row."""
        arm = [] if self.arm == DEFAULT_ARM else [self.arm]
        return ", ".join([*(self.axes.values() or [self.artefact]), *arm])


@dataclass(frozen=True)
class ArtefactTable:
    """All rows of an artefact.

    Attributes:
        axes: value ids of each axis with their numeric positions (None without one).
        histories: where learning curves are read from.
        exact: whether its numbers are computed without error, one for each row.
    """

    id: str
    axes: Mapping[str, Mapping[str, float | None]]
    rows: tuple[MeasuredRow, ...]
    histories: Histories
    exact: bool = False

    @classmethod
    def of(
        cls,
        artefact: ArtefactRecord,
        runs: pd.DataFrame,
        results: Path,
        exact: bool = False,
    ) -> "ArtefactTable":
        """Join an artefact of plan.json with its runs.csv, or with its exact numbers."""
        names = axis_names(artefact.rows)
        columns = [name for name in runs if name not in {*names, *RUN_COLUMNS}]
        rows = [
            MeasuredRow(
                artefact.id,
                {axis: row.value(axis) for axis in names},
                row.arm,
                artefact.metric_of(row),
                row.reported,
                tuple(_runs(runs_of(runs, row, names), columns)),
                row.epoch_ratio,
                row.report,
                Guessing.of(row),
            )
            for row in artefact.rows
        ]
        return cls(artefact.id, artefact.positions, tuple(rows), Histories(results), exact)

    def compared(self) -> ComparedArtefact:
        """The artefact as claims about it are read: its rows without their numbers."""
        rows = [
            ComparedRow(
                row.axes,
                row.arm,
                row.metric,
                row.report,
                frozenset(run.folder for run in row.runs) or (self.id, place),
                row.epoch_ratio,
            )
            for place, row in enumerate(self.rows)
        ]
        measured = {name for row in self.rows for run in row.runs for name in run.numbers}
        shown = {metric_name(row.metric) for row in self.rows}
        metrics = frozenset({*measured, *shown, *DERIVED})
        return ComparedArtefact(self.id, self.axes, tuple(rows), metrics, not self.exact)

    def with_seeds(self, seeds: Iterable[int]) -> "ArtefactTable":
        """The same rows with the runs of some seeds only."""
        kept = set(seeds)
        rows = [replace(r, runs=tuple(x for x in r.runs if x.seed in kept)) for r in self.rows]
        return replace(self, rows=tuple(rows))

    def values(
        self, row: MeasuredRow, metric: Metric, diverged_as: float | None = None
    ) -> dict[int, float]:
        """The metric by seed, of the finished runs that have a finite one; ``diverged_as`` is the
        value of those that diverged, which have none without it."""
        scaled = at_scale(metric, row.epoch_ratio)
        values = {
            run.seed: measure(scaled, run.numbers, run.folder, self.histories)
            for run in row.runs
            if run.status == FINISHED
        }
        if diverged_as is not None:
            values |= {run.seed: diverged_as for run in row.runs if run.status == DIVERGED}
        return {seed: value for seed, value in values.items() if isfinite(value)}

    def reported(self, row: MeasuredRow, metric: Metric) -> float | None:
        """The reported number of a row, where it is one of this metric."""
        return row.reported if metric_name(metric) == metric_name(row.metric) else None


Tables = Mapping[str, ArtefactTable]


def read_tables(study: StudyRecord, results: Path, artefacts: Iterable[str]) -> Tables:
    """Read ``<results>/<study>/<artefact>.runs.csv`` of some artefacts; ``<artefact>.csv`` of those
    that are computed without runs.

    Args:
        study: of the plan.
        results: the results folder of the scale.
        artefacts: ids.

    Raises:
        InputError: an artefact is unknown, or its file is absent.
    """
    folder = Path(results) / study.id
    tables = {}
    for artefact in _planned(study, artefacts):
        name, rows = artefact.id, artefact.rows
        if artefact.is_exact:
            runs = read_exact(folder / f"{name}.{TABLE}", rows, artefact.metric)
        else:
            runs = read_runs(folder / f"{name}.{RUNS}", axis_names(rows))
        tables[name] = ArtefactTable.of(artefact, runs, results, artefact.is_exact)
    return tables


def _planned(study: StudyRecord, artefacts: Iterable[str]) -> Iterator[ArtefactRecord]:
    planned = study.artefacts_by_id
    for name in artefacts:
        if name not in planned:
            raise InputError(
                f"a claim of the study {study.id} names the artefact {name!r}, which the study "
                f"does not have: {choose_among(name, planned)}"
            )
        yield planned[name]


def _runs(frame: pd.DataFrame, columns: list[str]) -> Iterator[MeasuredRun]:
    for entry in frame.to_dict("records"):
        numbers = {
            name: float(entry[name])
            for name in columns
            if isinstance(entry[name], int | float) and not pd.isna(entry[name])
        }
        yield MeasuredRun(int(entry["seed"]), entry["status"], entry["folder"], numbers)
