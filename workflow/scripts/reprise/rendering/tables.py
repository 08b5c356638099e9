"""An artefact's numbers as the study lays them out: rows by groups of columns."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from reprise.rendering.axes import (
    MAIN_ARM,
    Values,
    arms,
    axis_labels,
    combination_label,
    combinations,
    label,
    layout_axes,
    rank,
    rows_at,
    values_of,
)
from reprise.rendering.numbers import count, is_number, listed, ranges
from reprise.rendering.results import Results

TROUBLES = ("diverged", "failed", "missing")

Key = tuple[tuple[tuple[str, str], ...], str]


@dataclass(frozen=True)
class Estimate:
    """What n runs gave: their mean, or their median where the study reports one.

    ``std`` is the sample standard deviation, None for one run.
    """

    center: float | None
    std: float | None
    n: int
    is_median: bool = False


@dataclass(frozen=True)
class Entry:
    """What is known of one combination: reported and cited numbers, reference, this run.

    ``remark`` says in words which runs are not in the mean; ``low`` and ``high`` bound the 95 %
    prediction interval for one more run.
    """

    reported: float | None
    cited: float | None
    reference: Estimate
    reproduced: Estimate
    status: str
    remark: str
    low: float | None
    high: float | None

    @property
    def difference(self) -> float | None:
        """Reproduced minus reported."""
        if self.reproduced.center is None or self.reported is None:
            return None
        return self.reproduced.center - self.reported

    @property
    def outside(self) -> bool:
        """Whether the reported number lies outside of the prediction interval."""
        if self.reported is None or self.low is None or self.high is None:
            return False
        return not self.low <= self.reported <= self.high


@dataclass(frozen=True)
class TableRow:
    """One row: the labels of its values, its arm unless it is the main one, its entries.

    ``ranks`` are the places of the values on their axes. An entry is None where the study has no
    such combination.
    """

    heads: list[str]
    ranks: list[int]
    arm: str | None
    entries: list[Entry | None]


@dataclass(frozen=True)
class Table:
    """An artefact's table; ``columns`` names what each group of columns shows."""

    row_heads: list[str]
    groups: list[str]
    columns: list[str]
    rows: list[TableRow]
    failures: list[str]

    @property
    def is_grouped(self) -> bool:
        """Whether the columns need a head of their own above them."""
        return any(self.groups)

    @property
    def entries(self) -> list[Entry]:
        """All entries that exist."""
        return [entry for row in self.rows for entry in row.entries if entry]

    @property
    def some_outside(self) -> bool:
        """Whether some reported number lies outside of its prediction interval."""
        return any(entry.outside for entry in self.entries)


def build_table(results: Results, study: str, artefact: dict[str, Any]) -> Table:
    """The table of an artefact; what its files do not hold is shown as missing."""
    row_axes, column_axes = layout_axes(artefact, "rows"), layout_axes(artefact, "columns")
    groups = combinations(artefact, column_axes) or [()]
    found = Rows(results, study, artefact)
    rows = []
    for values in combinations(artefact, row_axes):
        for arm in arms(artefact):
            entries = [
                found.entry([*row_axes, *column_axes], (*values, *group), arm) for group in groups
            ]
            if any(entries):
                pairs = list(zip(row_axes, values, strict=True))
                heads = [label(artefact, *pair) for pair in pairs]
                ranks = [rank(artefact, *pair) for pair in pairs]
                rows.append(TableRow(heads, ranks, None if arm == MAIN_ARM else arm, entries))
    return Table(
        row_heads=axis_labels(artefact, row_axes),
        groups=[combination_label(artefact, column_axes, group) for group in groups],
        columns=shown_columns([entry for row in rows for entry in row.entries if entry]),
        rows=rows,
        failures=found.failures(row_axes + column_axes),
    )


def shown_columns(entries: list[Entry]) -> list[str]:
    """The columns of each group: those for which some entry has a number."""
    columns = {
        "reported": any(entry.reported is not None for entry in entries),
        "cited": any(entry.cited is not None for entry in entries),
        "reference": any(entry.reference.center is not None for entry in entries),
        "reproduced": True,
        "difference": any(entry.reported is not None for entry in entries),
    }
    return [name for name, shown in columns.items() if shown]


class Rows:
    """The rows of an artefact in the plan, with what its files say of each."""

    def __init__(self, results: Results, study: str, artefact: dict[str, Any]) -> None:
        self.results, self.artefact = results, artefact
        axes = [entry["id"] for entry in artefact.get("axes", [])]
        self.table = self.by_key(results.table(study, artefact).to_dict("records"), axes)
        self.runs = self.by_key(results.runs(study, artefact).to_dict("records"), axes)

    @staticmethod
    def by_key(records: list[dict[str, Any]], axes: list[str]) -> dict[Key, list[dict[str, Any]]]:
        """Records by their axis values and arm."""
        found: dict[Key, list[dict[str, Any]]] = {}
        for record in records:
            chosen = tuple((axis, record[axis]) for axis in sorted(axes) if record.get(axis))
            found.setdefault((chosen, record.get("arm") or MAIN_ARM), []).append(record)
        return found

    @staticmethod
    def key(row: dict[str, Any]) -> Key:
        """The key of a plan row."""
        return tuple(sorted(row["axes"].items())), row.get("arm", MAIN_ARM)

    def entry(self, axes: list[str], values: Values, arm: str) -> Entry | None:
        """What is known of one combination in one arm; None where it is not asked for."""
        row = next(rows_at(self.artefact, axes, values, arm), None)
        if row is None:
            return None
        records = self.table.get(self.key(row), [])
        known = records[0] if records else {}
        return Entry(
            reported=as_number(known.get("reported"), row.get("reported")),
            cited=as_number(known.get("cited"), row.get("cited")),
            reference=estimate(known, "reference_"),
            reproduced=estimate(known),
            status=known.get("status") or "missing",
            remark=remark(self.runs.get(self.key(row), [])),
            low=as_number(known.get("prediction_low")),
            high=as_number(known.get("prediction_high")),
        )

    def failures(self, axes: list[str]) -> list[str]:
        """A sentence for each row and error: which it is, its seeds, and what the runs left."""
        seeds: dict[tuple[str, str], list[int]] = {}
        for row in self.artefact.get("rows", []):
            name = combination_label(self.artefact, axes, values_of(row, axes))
            for run in self.runs.get(self.key(row), []):
                if run.get("status") == "failed":
                    error = self.results.failure(run["folder"]) or "it left no message"
                    seeds.setdefault((name, error), []).append(int(run["seed"]))
        return [
            f"{name}, {'seed' if len(failed) == 1 else 'seeds'} {ranges(failed)}: {error}"
            for (name, error), failed in seeds.items()
        ]


def estimate(known: dict[str, Any], prefix: str = "") -> Estimate:
    """What the runs of a row gave; nothing of a row that no run finished."""
    is_median = not prefix and known.get("statistic") == "median"
    center = known.get("median" if is_median else f"{prefix}mean")
    runs = as_number(known.get(f"{prefix}n")) or 0
    return Estimate(as_number(center), as_number(known.get(f"{prefix}std")), int(runs), is_median)


def remark(runs: list[dict[str, Any]]) -> str:
    """Which runs of a row are not in its mean: ``1 diverged and 1 missing of 3 runs``."""
    counted = Counter(run.get("status") for run in runs)
    lost = [state for state in TROUBLES if counted[state]]
    if len(counted) == 1:
        return f"all {count(len(runs), 'run')}" if lost and len(runs) > 1 else ""
    reasons = listed(f"{counted[state]} {state}" for state in lost)
    return f"{reasons} of {count(len(runs), 'run')}" if lost else ""


def as_number(*candidates: Any) -> float | None:
    """The first candidate that is a number."""
    return next((float(value) for value in candidates if is_number(value)), None)
