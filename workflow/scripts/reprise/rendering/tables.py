"""An artefact's numbers as the study lays them out: rows by groups of columns."""

from collections.abc import Iterable
from dataclasses import dataclass

from reprise.rendering.entries import Rows, TableEntry
from reprise.rendering.numbers import listed
from reprise.rendering.quantities import with_unit
from reprise.rendering.results import Results
from reprise.studies.artefact_records import ArtefactRecord, Values
from reprise.studies.rows import DEFAULT_ARM

Entries = dict[str, TableEntry]
"""What is known of one combination, by arm; an arm that is not asked for is not there."""


@dataclass(frozen=True)
class Column:
    """One column of a group: which number of which arm it shows, and its head.

    What ``is_detail`` stands behind a number that another column shows as the best evidence.
    """

    kind: str
    arm: str
    head: str
    is_detail: bool = False


@dataclass(frozen=True)
class Group:
    """A group of columns with a label of its own, which is empty where there is one group."""

    label: str
    columns: list[Column]


@dataclass(frozen=True)
class TableRow:
    """One row: the labels of its values, their places on their axes, and entries by group."""

    heads: list[str]
    ranks: list[int]
    groups: list[Entries]


@dataclass(frozen=True)
class Table:
    """An artefact's table."""

    row_heads: list[str]
    groups: list[Group]
    rows: list[TableRow]
    failures: list[str]

    @property
    def is_grouped(self) -> bool:
        """Whether the columns need a head of their own above them."""
        return any(group.label for group in self.groups)

    @property
    def entries(self) -> list[TableEntry]:
        """All entries that exist."""
        return [entry for row in self.rows for group in row.groups for entry in group.values()]

    @property
    def statistic(self) -> str:
        """What the numbers are of their runs."""
        shown = (number for e in self.entries for number in (e.reproduced, e.reference))
        medians = {number.is_median for number in shown if number.center is not None}
        if medians == {True}:
            return "median"
        return "mean, or median where it says so," if True in medians else "mean"

    @property
    def is_exact(self) -> bool:
        """Whether the reproduced numbers are computed without error, not means of runs."""
        numbers = [e.reproduced for e in self.entries if e.reproduced.center is not None]
        return bool(numbers) and all(number.is_exact for number in numbers)

    @property
    def definitions(self) -> list[str]:
        """What its exact numbers count, each sentence once."""
        return list(dict.fromkeys(e.definition for e in self.entries if e.definition))

    @property
    def compares(self) -> bool:
        """Whether something is compared with a reported number."""
        return any(column.kind == "difference" for g in self.groups for column in g.columns)

    @property
    def some_stale(self) -> bool:
        """Whether some reference number was made by an older version of the code."""
        return any(entry.reference.is_stale for entry in self.entries)

    @property
    def shows_reference(self) -> bool:
        """Whether some entry has a reference number."""
        return any(entry.reference.center is not None for entry in self.entries)

    @property
    def arms_beside(self) -> int:
        """How many columns the other arms have."""
        columns = [column for group in self.groups for column in group.columns]
        return sum(column.arm != columns[0].arm for column in columns)

    @property
    def width(self) -> int:
        """How many columns stand on the page at first: without details and other arms."""
        columns = [column for group in self.groups for column in group.columns]
        shown = [c for c in columns if not c.is_detail and c.arm == columns[0].arm]
        return len(self.row_heads) + len(shown)

    @property
    def some_outside(self) -> bool:
        """Whether some reported number lies outside of its prediction interval."""
        return any(entry.outside or entry.outside_of_reference for entry in self.entries)


def build_table(results: Results, study: str, artefact: ArtefactRecord) -> Table:
    """The table of an artefact; what its files do not hold is shown as missing.

    Arms stand side by side, the one that is compared with the reported numbers first.
    """
    row_axes, column_axes = list(artefact.layout.rows), list(artefact.layout.columns)
    groups = artefact.combinations(column_axes) or [()]
    entry_rows, arms = Rows(results, study, artefact), artefact.arms
    rows = []
    for values in artefact.combinations(row_axes):
        places = [
            entries_at(entry_rows, [*row_axes, *column_axes], (*values, *group), arms)
            for group in groups
        ]
        if any(places):
            pairs = list(zip(row_axes, values, strict=True))
            heads = [artefact.label(*pair) for pair in pairs]
            rows.append(TableRow(heads, [artefact.rank(*pair) for pair in pairs], places))
    labels = [artefact.combination_label(column_axes, group) for group in groups]
    return Table(
        row_heads=artefact.axis_labels(row_axes),
        groups=build_groups(labels, rows, arms),
        rows=rows,
        failures=entry_rows.failures(row_axes + column_axes),
    )


def legend_of(table: Table, quantities: list[str], arms: list[str], unit: str, label: str) -> str:
    """What the numbers of a table are, in sentences.

    Args:
        quantities: what is measured, in sentences.
        arms: all arms, the compared one first.
        unit: of the differences, as ``unit_clause`` says it.
        label: what this run is called where it is not of published size; else empty.
    """
    is_alone = len(arms) < 2 and not table.shows_reference
    subject = listed(arms).capitalize() if len(arms) > 1 else "This run" if is_alone else "Runs"
    if table.is_exact:
        numbers = " ".join(["counted without a run.", *table.definitions])
    else:
        own = label if is_alone else f"this run: {label}"
        subject += f" ({own})" if label else ""
        numbers = f"{table.statistic} ± standard deviation over seeds (runs)."
    said = f"{' '.join(quantities)} {subject}: {numbers}"
    if not table.compares:
        return said
    minuend = arms[0] if len(arms) > 1 else "this run" if is_alone else "the best evidence"
    return f"{said} Difference: {minuend} minus reported{unit}."


def mixes(entries: Iterable[TableEntry]) -> bool:
    """Whether the best evidence on some entries is that of reference runs, and on others that of
    this run. In one column such numbers would look as if they could be compared. What is counted
    is of no runs, and stands beside either."""
    shown = [entry.best for entry in entries]
    return len({e.is_reference for e in shown if e.is_known and not e.number.is_exact}) > 1


def entries_at(rows: Rows, axes: list[str], values: Values, arms: list[str]) -> Entries:
    """What is known of one combination in each arm."""
    asked = {arm: rows.entry(axes, values, arm) for arm in arms}
    return {arm: entry for arm, entry in asked.items() if entry}


def build_groups(labels: list[str], rows: list[TableRow], arms: list[str]) -> list[Group]:
    """The groups with the columns that some row fills; units are named where they differ."""
    entries = [[row.groups[place] for row in rows] for place in range(len(labels))]
    units = [{e.style.unit for group in column for e in group.values()} for column in entries]
    if len(set().union(*units)) > 1:
        labels = [
            with_unit(text, next(iter(own))) if len(own) == 1 else text
            for text, own in zip(labels, units, strict=True)
        ]
    everywhere = [group for column in entries for group in column]
    is_mixed = mixes(entry for group in everywhere for entry in group.values())
    return [
        Group(
            text,
            [*compared_columns(column, arms, is_mixed), *other_columns(column, arms, is_mixed)],
        )
        for text, column in zip(labels, entries, strict=True)
    ]


def compared_columns(groups: list[Entries], arms: list[str], is_mixed: bool) -> list[Column]:
    """The columns of the first arm that a group of columns has: those for which some entry has a
    number."""
    arm = arms[0] if arms else DEFAULT_ARM
    entries = [group[arm] for group in groups if arm in group]
    with_number = [entry for entry in entries if entry.reported is not None]
    has_difference = any(entry.best.is_compared for entry in with_number)
    cited = any(entry.cited is not None for entry in entries)
    return [
        *([Column("reported", arm, "reported")] if with_number else []),
        *([Column("cited", arm, "cited")] if cited else []),
        *run_columns(entries, arm, arm if len(arms) > 1 else "", is_mixed),
        *([Column("difference", arm, "difference")] if has_difference else []),
    ]


def other_columns(groups: list[Entries], arms: list[str], is_mixed: bool) -> list[Column]:
    """The columns of the other arms that a group of columns has."""
    columns = []
    for arm in arms[1:]:
        entries = [group[arm] for group in groups if arm in group]
        columns += run_columns(entries, arm, arm, is_mixed) if entries else []
    return columns


def run_columns(entries: list[TableEntry], arm: str, name: str, is_mixed: bool) -> list[Column]:
    """What an arm's runs gave: this run alone where there are no reference runs; else the best
    evidence, with reference runs and this run as details, or these two alone.

    Args:
        name: what the arm is called; empty where there is no other.
        is_mixed: whether the table shows both kinds of runs.
    """
    if not any(entry.reference.is_known for entry in entries):
        return [Column("reproduced", arm, name or "this run")]
    prefix = f"{name}: " if name else ""
    columns = [
        Column("reference", arm, f"{prefix}reference runs", is_detail=not is_mixed),
        Column("reproduced", arm, f"{prefix}this run", is_detail=not is_mixed),
    ]
    return columns if is_mixed else [Column("best", arm, name or "best evidence"), *columns]
