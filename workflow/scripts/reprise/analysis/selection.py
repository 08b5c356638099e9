"""The values of the rows that a claim compares."""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.analysis.learning import guessed_value
from reprise.analysis.tables import ArtefactTable, MeasuredRow, MeasuredRun, Tables
from reprise.studies.claims.selections import Selections
from reprise.studies.measure_forms import LEFT_OUT, Metric, metric_name
from reprise.studies.statuses import DIVERGED, ENDED, FINISHED


@dataclass(frozen=True)
class Sample:
    """One row of an artefact with the values of one metric.

    ``values`` are those of the finished runs, by seed, and of those that diverged where they have
    one; ``reported`` is None where the study reports no number of this metric. ``diverged_as`` is
    what a run that diverged counts as: a value, None where it has none, ``left out`` where the
    claim says so.
    """

    table: ArtefactTable
    row: MeasuredRow
    metric: Metric
    values: Mapping[int, float]
    reported: float | None
    diverged_as: float | str | None = None

    @property
    def identity(self) -> tuple[Any, ...]:
        """Equal for two samples that are made of the same runs and the same metric."""
        return self.runs, metric_name(self.metric)

    @property
    def runs(self) -> Hashable:
        """Equal for two samples that are made of the same runs."""
        return frozenset(run.folder for run in self.row.runs) or id(self.row)

    @property
    def source(self) -> Hashable:
        """Equal for two samples whose rows vary from run to run in the same way: rows of one
        artefact that show one metric of the same epochs in one arm."""
        return self.table.id, metric_name(self.metric), self.row.arm, self.row.report

    @property
    def lacking(self) -> str | None:
        """Why there is no value, as a clause; None where there is one."""
        if self.values:
            return None
        statuses = {run.status for run in self.row.runs}
        if statuses == {DIVERGED}:
            return f"every run of {self.row.label} diverged"
        if FINISHED in statuses:
            return f"no run of {self.row.label} gives {metric_name(self.metric)}"
        if self.table.exact:
            return f"{self.row.label} is {' and '.join(sorted(statuses)) or 'not computed yet'}"
        return f"no run of {self.row.label} has finished"

    @property
    def diverged(self) -> int:
        """How many runs diverged."""
        return sum(run.status == DIVERGED for run in self.row.runs)

    @property
    def seeds(self) -> set[int]:
        """Seeds that were asked for, finished or not."""
        return {run.seed for run in self.row.runs}

    def ended_runs(self) -> Iterator[MeasuredRun]:
        """The runs that came to an end of their own, diverged ones included."""
        return (run for run in self.row.runs if run.status in ENDED)


def samples_of(selections: Selections, tables: Tables) -> list[Sample]:
    """The rows of some selections, with their values.

    Runs that diverged count as the selection says, else as what guessing gives.
    """
    return [
        _sample(tables[one.artefact], tables[one.artefact].rows[place], one.metric, one.diverged_as)
        for one in selections
        for place in one.rows
    ]


def _sample(
    table: ArtefactTable, row: MeasuredRow, metric: Metric, diverged_as: float | str | None
) -> Sample:
    if diverged_as is None:
        diverged_as = guessed_value(metric, row.guessing)
    value = None if diverged_as == LEFT_OUT else diverged_as
    values = table.values(row, metric, value)
    return Sample(table, row, metric, values, table.reported(row, metric), diverged_as)


def others_of(subject: Sequence[Sample], others: Selections, tables: Tables) -> list[Sample]:
    """The rows of others that are not those of a subject."""
    own = {sample.identity for sample in subject}
    return [sample for sample in samples_of(others, tables) if sample.identity not in own]


def rows_beside(samples: Sequence[Sample]) -> list[Sample]:
    """The rows of one source beside some samples of it: those of the same artefact that show their
    metric (all rows where none shows it) of the same epochs in the same arm; the same runs once."""
    first = samples[0]
    own = {sample.runs for sample in samples}
    beside: dict[Hashable, Sample] = {}
    for row in _rows_like(first):
        sample = _sample(first.table, row, first.metric, first.diverged_as)
        if sample.runs not in own:
            beside.setdefault(sample.runs, sample)
    return list(beside.values())


def _rows_like(sample: Sample) -> list[MeasuredRow]:
    """The rows of a sample's artefact that show its metric, of its epochs in its arm."""
    own = sample.row
    rows = [r for r in sample.table.rows if (r.arm, r.report) == (own.arm, own.report)]
    return _rows_showing(rows, sample.metric) or rows


def _rows_showing(rows: Iterable[MeasuredRow], metric: Metric) -> list[MeasuredRow]:
    return [row for row in rows if metric_name(row.metric) == metric_name(metric)]
