"""What is known of each row of an artefact: its numbers, and what became of its runs."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from reprise.rendering.metrics import Style, is_redefined, row_style
from reprise.rendering.numbers import (
    count,
    factor,
    finer,
    is_number,
    listed,
    number,
    ranges,
    signed,
)
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord, RowRecord, Values
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.rungs import RUNGS, Rung, rung_of_evidence, strength
from reprise.studies.statuses import DIVERGED, FAILED, MISSING

TROUBLES = (DIVERGED, FAILED, MISSING)

Key = tuple[tuple[tuple[str, str], ...], str]


@dataclass(frozen=True)
class MeasuredNumber:
    """What n runs gave: their mean, or their median where the study reports one.

    ``std`` is the sample standard deviation, None for one run. An exact number was computed
    without error, and is of no runs. A stale one comes from an older version of the code. ``low``
    and ``high`` bound the 95 % prediction interval for one more run. Of a number of reference runs,
    ``runs`` says how many ended and ``diverged`` how many of these diverged, which are in none of
    the numbers.
    """

    center: float | None
    std: float | None
    n: int
    runs: int = 0
    diverged: int = 0
    is_median: bool = False
    is_exact: bool = False
    is_stale: bool = False
    low: float | None = None
    high: float | None = None

    @property
    def all_diverged(self) -> bool:
        """Whether there are reference runs, and all of them diverged."""
        return 0 < self.diverged == self.runs

    @property
    def is_known(self) -> bool:
        """Whether something is to be said of the runs: a number, or that some diverged."""
        return self.center is not None or self.diverged > 0

    @property
    def lost(self) -> str:
        """Which reference runs are not in the number, as ``lost_runs`` says it."""
        states = Counter(diverged=self.diverged, finished=self.runs - self.diverged)
        return lost_runs(+states)

    def written(self, decimals: int | str | None) -> tuple[str, str]:
        """Its number and its standard deviation in words, with as many decimals; no deviation of
        one run, and of an exact number."""
        finest = max(finer(value, decimals) for value in (self.center, self.std))
        has_spread = self.std is not None and not self.is_exact
        return number(self.center, finest), number(self.std, finest) if has_spread else ""

    def excludes(self, value: float | None) -> bool:
        """Whether a number lies outside of the interval; False where either is not known."""
        is_complete = None not in (value, self.low, self.high)
        return is_complete and not self.low <= value <= self.high


@dataclass(frozen=True)
class EntryEvidence:
    """A number and the runs that it comes from: this run or reference runs, and their rung; where
    ``has_diverged`` all of them diverged, and there is no number."""

    number: MeasuredNumber
    rung: Rung
    is_reference: bool
    is_compared: bool
    has_diverged: bool = False

    @property
    def is_known(self) -> bool:
        """Whether the runs say something: a number, or that they diverge."""
        return self.number.center is not None or self.has_diverged


@dataclass(frozen=True)
class TableEntry:
    """What is known of one combination: reported and cited numbers, reference, this run.

    ``style`` says how they are written, ``remark`` in words which runs are not in the mean, or why
    there is no number; ``definition`` says what an exact number counts. What ``is_redefined`` is
    not compared with the reported number, nor are runs of a rung whose numbers are none to compare.
    """

    style: Style
    reported: float | None
    cited: float | None
    reference: MeasuredNumber
    reproduced: MeasuredNumber
    status: str
    remark: str
    definition: str
    is_redefined: bool = False
    rung: Rung = RUNGS["paper"]
    reference_rung: Rung = RUNGS["paper"]

    @property
    def is_compared(self) -> bool:
        """Whether this run may be compared with the reported number."""
        return self.rung.compares_numbers or bool(self.definition)

    @property
    def reference_is_compared(self) -> bool:
        """Whether the reference runs may be."""
        return self.reference_rung.compares_numbers

    @property
    def own(self) -> EntryEvidence:
        """What this run says."""
        diverged = self.status == DIVERGED
        return EntryEvidence(self.reproduced, self.rung, False, self.is_compared, diverged)

    @property
    def kept(self) -> EntryEvidence:
        """What reference runs say."""
        number = self.reference
        compared = self.reference_is_compared
        return EntryEvidence(number, self.reference_rung, True, compared, number.all_diverged)

    def evidence(self, kind: str) -> EntryEvidence:
        """What a column of that kind shows: ``reference`` runs, this run (``reproduced``), or the
        ``best`` of both."""
        return {"reference": self.kept, "reproduced": self.own}.get(kind, self.best)

    @property
    def best(self) -> EntryEvidence:
        """The strongest evidence: that of the higher rung, and of two alike this run. This run
        where neither says anything."""
        own, kept = self.own, self.kept
        if not kept.is_known or own.number.is_exact:
            return own
        if not own.is_known or strength(kept.rung) > strength(own.rung):
            return kept
        return own

    @property
    def difference(self) -> float | None:
        """The best evidence minus reported, where the two may be compared; divided by it where
        factors are."""
        best = self.best
        if self.is_redefined or not best.is_compared:
            return None
        if best.number.center is None or self.reported is None:
            return None
        if self.style.compares_factors:
            return best.number.center / self.reported if self.reported else None
        return best.number.center - self.reported

    @property
    def written_difference(self) -> str:
        """The difference as it is written; empty without one."""
        if self.difference is None:
            return ""
        if self.style.compares_factors:
            return factor(self.difference)
        return signed(self.difference, finer(self.difference, self.decimals))

    @property
    def decimals(self) -> int | str | None:
        """With how many decimals its numbers are written."""
        return self.style.decimals

    @property
    def outside(self) -> bool:
        """Whether the reported number lies outside of the prediction interval of the best
        evidence."""
        best = self.best
        return best.is_compared and not self.is_redefined and best.number.excludes(self.reported)

    @property
    def outside_of_reference(self) -> bool:
        """Whether it lies outside of that of the reference runs."""
        compared = self.reference_is_compared and not self.is_redefined
        return compared and self.reference.excludes(self.reported)


class Rows:
    """The rows of an artefact in the plan, with what its files say of each."""

    def __init__(self, results: Results, study: str, artefact: ArtefactRecord) -> None:
        self.results, self.artefact = results, artefact
        axes = artefact.axis_ids
        self.table = self.by_key(results.table(study, artefact).to_dict("records"), axes)
        self.runs = self.by_key(results.runs(study, artefact).to_dict("records"), axes)

    @staticmethod
    def by_key(records: list[dict[str, Any]], axes: list[str]) -> dict[Key, list[dict[str, Any]]]:
        """Records by their axis values and arm."""
        grouped: dict[Key, list[dict[str, Any]]] = {}
        for record in records:
            grouped.setdefault(Rows.record_key(record, axes), []).append(record)
        return grouped

    @staticmethod
    def record_key(record: dict[str, Any], axes: list[str]) -> Key:
        """The key of a record of a file."""
        chosen = tuple((axis, record[axis]) for axis in sorted(axes) if record.get(axis))
        return chosen, record.get("arm") or DEFAULT_ARM

    @staticmethod
    def key(row: RowRecord) -> Key:
        """The key of a plan row."""
        return tuple(sorted(row.axes.items())), row.arm

    def entry(self, axes: list[str], values: Values, arm: str) -> TableEntry | None:
        """What is known of one combination in one arm; None where it is not asked for."""
        row = next(self.artefact.rows_at(axes, values, arm), None)
        if row is None:
            return None
        records = self.table.get(self.key(row), [])
        record = records[0] if records else {}
        return TableEntry(
            style=row_style(self.artefact, row),
            reported=as_number(record.get("reported"), row.reported),
            cited=as_number(record.get("cited"), row.cited),
            reference=measured_number(record, "reference_", "reference_"),
            reproduced=measured_number(record),
            status=record.get("status") or MISSING,
            remark=record.get("reason") or remark(self.runs.get(self.key(row), [])),
            definition=record.get("definition") or "",
            is_redefined=is_redefined(self.artefact, row),
            rung=self.results.rung,
            reference_rung=rung_of_evidence(record.get("reference_evidence")),
        )

    def failures(self, axes: list[str]) -> list[str]:
        """A sentence for each row and error: which it is, its seeds, and what the runs left."""
        seeds: dict[tuple[str, str], list[int]] = {}
        for row in self.artefact.rows:
            name = self.artefact.combination_label(axes, row.values(axes))
            for run in self.runs.get(self.key(row), []):
                if run.get("status") == FAILED:
                    error = self.results.failure(run["folder"]) or "it left no message"
                    seeds.setdefault((name, error), []).append(int(run["seed"]))
        return [
            f"{name}, {'seed' if len(failed) == 1 else 'seeds'} {ranges(failed)}: {error}"
            for (name, error), failed in seeds.items()
        ]


def measured_number(
    row: dict[str, Any], prefix: str = "", interval: str = "prediction_"
) -> MeasuredNumber:
    """What the runs of a row gave; nothing of a row that no run finished.

    Args:
        row: the row in the artefact's tidy data.
        prefix: of the columns that hold it.
        interval: of the columns that hold the ends of its prediction interval.
    """
    is_median = row.get("statistic") == "median"
    return MeasuredNumber(
        center=as_number(row.get(f"{prefix}median" if is_median else f"{prefix}mean")),
        std=as_number(row.get(f"{prefix}std")),
        n=int(as_number(row.get(f"{prefix}n")) or 0),
        runs=int(as_number(row.get("reference_runs")) or 0) if prefix else 0,
        diverged=int(as_number(row.get("reference_diverged")) or 0) if prefix else 0,
        is_median=is_median,
        is_exact=not prefix and bool(row.get("definition")),
        is_stale=row.get(f"{prefix}stale") in (True, "True"),
        low=as_number(row.get(f"{interval}low")),
        high=as_number(row.get(f"{interval}high")),
    )


def remark(runs: list[dict[str, Any]]) -> str:
    """Which runs of a row are not in its mean, as ``lost_runs`` says it."""
    return lost_runs(Counter(run.get("status") for run in runs))


def lost_runs(states: Counter[str | None]) -> str:
    """Which of all runs have no number: ``1 diverged and 1 missing of 3 runs``, ``all 3 runs``."""
    runs = states.total()
    lost = [state for state in TROUBLES if states[state]]
    if len(states) == 1:
        return f"all {count(runs, 'run')}" if lost and runs > 1 else ""
    reasons = listed(f"{states[state]} {state}" for state in lost)
    return f"{reasons} of {count(runs, 'run')}" if lost else ""


def as_number(*candidates: Any) -> float | None:
    """The first candidate that is a number."""
    return next((float(value) for value in candidates if is_number(value)), None)
