"""Which rows of an artefact a claim's selection means, and their values.

A selection maps axes to a value id or a list of them; an axis that is not named is free. The keys
``artefact``, ``arm`` and ``metric`` replace those of the claim. A list of selections is their
union.
"""

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.analysis.learning import guessed_value
from reprise.analysis.measures import DERIVED, Metric, metric_name
from reprise.analysis.records import DIVERGED, FINISHED
from reprise.analysis.tables import DEFAULT_ARM, ArtefactTable, Row, Run, Tables
from reprise.errors import InputError, choose_among
from reprise.studies.measure_forms import LEFT_OUT

NOT_AXES = frozenset({"artefact", "arm", "metric"})
Selection = Mapping[str, Any] | list[Mapping[str, Any]]


@dataclass(frozen=True)
class Sample:
    """One row of an artefact with the values of one metric.

    ``values`` are those of the finished runs, by seed, and of those that diverged where they have
    one; ``reported`` is None where the study reports no number of this metric. ``diverged_as`` is
    what a run that diverged counts as: a value, None where it has none, ``left out`` where the
    claim says so.
    """

    table: ArtefactTable
    row: Row
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
        return self.table.id, metric_name(self.metric), self.row.arm, repr(self.row.report)

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

    def ended_runs(self) -> Iterator[Run]:
        """The runs that came to an end of their own, diverged ones included."""
        return (run for run in self.row.runs if run.status in (FINISHED, DIVERGED))


def samples_of(claim: Mapping[str, Any], selection: Selection, tables: Tables) -> list[Sample]:
    """The rows that a selection of a claim means, at least one.

    Their metric is that of the selection, else that of the claim, else what the rows show. Runs
    that diverged count as the claim's key ``diverged_as`` says, else as what guessing gives.

    Raises:
        InputError: the artefact, an axis, a value or the metric is unknown, no row matches, or
            the rows show different metrics and none is named.
    """
    if isinstance(selection, list):
        return [sample for part in selection for sample in samples_of(claim, part, tables)]
    table = table_of(claim, selection, tables)
    rows = _matching(claim, selection, table)
    metric = selection.get("metric", claim.get("metric"))
    if metric is None:
        metric = _shown_metric(claim, selection, table, rows)
    _check_metric(claim, table, metric)
    return [_sample(table, row, metric, claim.get("diverged_as")) for row in _once(rows, metric)]


def _sample(
    table: ArtefactTable, row: Row, metric: Metric, diverged_as: float | str | None
) -> Sample:
    if diverged_as is None:
        diverged_as = guessed_value(metric, row.guessing)
    value = None if diverged_as == LEFT_OUT else diverged_as
    values = table.values(row, metric, value)
    return Sample(table, row, metric, values, table.reported(row, metric), diverged_as)


def others_of(claim: Mapping[str, Any], subject: Sequence[Sample], tables: Tables) -> list[Sample]:
    """The rows of the claim's ``others`` that are not its subject, at least one.

    Raises:
        InputError: there is none.
    """
    own = {sample.identity for sample in subject}
    samples = samples_of(claim, required(claim, "others"), tables)
    others = [sample for sample in samples if sample.identity not in own]
    if not others:
        raise InputError(
            f"the claim {claim_name(claim)} should compare its subject with others, but its "
            "'others' select the subject alone: widen them in the study's YAML"
        )
    return others


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


def table_of(
    claim: Mapping[str, Any], selection: Mapping[str, Any], tables: Tables
) -> ArtefactTable:
    """The artefact that a selection refers to.

    Raises:
        InputError: the claim names none, or an unknown one.
    """
    name = selection.get("artefact", claim.get("artefact"))
    if name not in tables:
        raise InputError(
            f"the claim {claim_name(claim)} names the artefact {name!r}: "
            f"{choose_among(name, tables)}"
        )
    return tables[name]


def claim_name(claim: Mapping[str, Any]) -> str:
    """How a message calls a claim."""
    return repr(claim.get("id", claim.get("kind")))


def required(claim: Mapping[str, Any], key: str) -> Any:
    """A key that the kind of the claim needs.

    Raises:
        InputError: it is absent.
    """
    if key not in claim:
        raise InputError(
            f"the claim {claim_name(claim)} of kind {claim.get('kind')!r} should have the key "
            f"{key!r}, but has {', '.join(sorted(claim))}: add it in the study's YAML"
        )
    return claim[key]


def _matching(
    claim: Mapping[str, Any], selection: Mapping[str, Any], table: ArtefactTable
) -> list[Row]:
    wanted = {axis: _value_ids(v) for axis, v in selection.items() if axis not in NOT_AXES}
    for axis, values in wanted.items():
        _check_axis(claim, table, axis, values)
    arms = _value_ids(selection.get("arm", claim.get("arm", DEFAULT_ARM)))
    rows = [
        row
        for row in table.rows
        if row.arm in arms and all(row.axes[axis] in values for axis, values in wanted.items())
    ]
    if not rows:
        raise InputError(
            f"the selection {dict(selection)} of the claim {claim_name(claim)} should match a row "
            f"of {table.id} in the arm {' or '.join(arms)}, but matches none: change the "
            "selection in the study's YAML"
        )
    return rows


def _shown_metric(
    claim: Mapping[str, Any], selection: Mapping[str, Any], table: ArtefactTable, rows: list[Row]
) -> Metric:
    """What all the rows show."""
    shown = {metric_name(row.metric): row.metric for row in rows}
    if len(shown) > 1:
        raise InputError(
            f"the selection {dict(selection)} of the claim {claim_name(claim)} should select rows "
            f"of {table.id} that show one metric, but selects rows of {' and '.join(shown)}: "
            "narrow it, or name a metric in the study's YAML"
        )
    return next(iter(shown.values()))


def _rows_like(sample: Sample) -> list[Row]:
    """The rows of a sample's artefact that show its metric, of its epochs in its arm."""
    own = sample.row
    rows = [r for r in sample.table.rows if (r.arm, r.report) == (own.arm, own.report)]
    return _rows_showing(rows, sample.metric) or rows


def _rows_showing(rows: Iterable[Row], metric: Metric) -> list[Row]:
    return [row for row in rows if metric_name(row.metric) == metric_name(metric)]


def _once(rows: list[Row], metric: Metric) -> list[Row]:
    """Rows that show different metrics of the same runs are one row of a metric that is named:
    that which shows it, else the first."""
    if len(_rows_showing(rows, rows[0].metric)) == len(rows):
        return rows
    kept: dict[Any, Row] = {}
    for row in rows:
        runs = frozenset(run.folder for run in row.runs) or id(row)
        if runs not in kept or _rows_showing([row], metric):
            kept[runs] = row
    return list(kept.values())


def _value_ids(value: Any) -> list[str]:
    return [str(item) for item in (value if isinstance(value, list) else [value])]


def _check_axis(
    claim: Mapping[str, Any], table: ArtefactTable, axis: str, values: list[str]
) -> None:
    if axis not in table.axes:
        raise InputError(
            f"a selection of the claim {claim_name(claim)} names the axis {axis!r} of {table.id}: "
            f"{choose_among(axis, table.axes)}"
        )
    for value in values:
        if value not in table.axes[axis]:
            raise InputError(
                f"a selection of the claim {claim_name(claim)} names {value!r} on the axis "
                f"{axis!r} of {table.id}: {choose_among(value, table.axes[axis])}"
            )


def _check_metric(claim: Mapping[str, Any], table: ArtefactTable, metric: Metric) -> None:
    finished = [run for row in table.rows for run in row.runs if run.status == FINISHED]
    known = {name for run in finished for name in run.numbers} | set(DERIVED)
    if finished and isinstance(metric, str) and metric not in known:
        raise InputError(
            f"the claim {claim_name(claim)} names the metric {metric!r}, which no run of "
            f"{table.id} has: {choose_among(metric, known)}"
        )
