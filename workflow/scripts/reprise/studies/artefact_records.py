"""Tables, figures and results as plan.json keeps them, and what is asked of them."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Any

from reprise.errors import InputError
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.measure_forms import Metric
from reprise.studies.reported_epochs import ReportedEpochs
from reprise.studies.rows import DEFAULT_ARM
from reprise.studies.run_folders import TRAINED

TABULATED = frozenset({"table", "result"})
"""Kinds of artefact that have a table even before anything ran."""

RUNS, TABLE, CURVES, FIGURE, PICTURE = "runs.csv", "csv", "curves.svg", "svg", "png"
"""Endings of the files that are made of an artefact, ``<study>/<artefact>.<ending>``."""

TEXTS = ("md", "tex")
"""Endings of its table as people paste it into papers."""

Values = tuple[str, ...]
"""Ids of values along some axes."""


@dataclass(frozen=True, kw_only=True)
class ValueRecord:
    """A value of an axis.

    Attributes:
        x: where it stands on a numeric axis; None without a place.
        metric, unit, decimals: of what it shows; None where they are the artefact's.
        redefined: whether it shows a definition of our own, unlike what the study reports.
    """

    id: str
    label: str
    x: float | None
    metric: Metric | None
    unit: str | None
    decimals: int | str | None
    redefined: bool


@dataclass(frozen=True, kw_only=True)
class AxisRecord:
    """An axis of an artefact with its values in order."""

    id: str
    label: str
    values: tuple[ValueRecord, ...]

    def value(self, name: str | None) -> ValueRecord | None:
        """A value by its id; None where it is not described."""
        return next((value for value in self.values if value.id == name), None)

    @property
    def value_ids(self) -> list[str]:
        """The ids of its values."""
        return [value.id for value in self.values]


@dataclass(frozen=True, kw_only=True)
class Layout:
    """The axes along the rows of a table and along its columns."""

    rows: tuple[str, ...]
    columns: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Extent:
    """A count of a cell, as published and as run."""

    published: int
    run: int


@dataclass(frozen=True, kw_only=True)
class TestData:
    """The classes of a cell's data, and the images on which it is tested."""

    classes: int
    test_images: int


@dataclass(frozen=True, kw_only=True)
class TestedOn:
    """On what a cell is tested, as published and as run."""

    published: TestData
    run: TestData


@dataclass(frozen=True, kw_only=True)
class InputShape:
    """What a published cell takes in: channels and side in pixels of an image, and classes."""

    channels: int
    pixels: int
    classes: int


@dataclass(frozen=True, kw_only=True)
class FigureRecord:
    """The kind of a figure, a name of a registry, with its arguments as YAML has them."""

    kind: str
    arguments: Mapping[str, Any]

    @classmethod
    def of(cls, content: Mapping[str, Any], where: str) -> "FigureRecord":
        """Read a figure from YAML.

        Raises:
            InputError: it names no kind.
        """
        if not isinstance(content.get("kind"), str):
            raise InputError(f"{where}: the key 'kind' is missing")
        arguments = {key: value for key, value in content.items() if key != "kind"}
        return cls(kind=content["kind"], arguments=arguments)

    def plain(self) -> dict[str, Any]:
        """The mapping that YAML would hold."""
        return {"kind": self.kind, **self.arguments}


@dataclass(frozen=True, kw_only=True)
class RowRecord:
    """One combination of axis values in one arm, with its runs.

    Attributes:
        axes: value ids by axis.
        reported, cited: the study's number and what it cites.
        metric, unit: of what it shows; None where they are the artefact's.
        report: which epochs are reported.
        statistic: what the reported number is of the study's runs: their mean or median.
        reported_runs: how many runs are behind the reported number.
        epochs, train_images, data, cell, input: of the published cell and its run; None without
            one. ``cell`` is the published one.
        published: the id of the published cell, where there is one.
        not_run: why it is never run; None where it is.
        folders: of its runs by seed, relative to the results folder.
        run_kind: what its runs are, as ``kind_of`` says it of a folder; of runs that are not run
            too.
    """

    axes: Mapping[str, str]
    arm: str
    reported: float | None
    cited: float | None
    metric: Metric | None
    unit: str | None
    report: ReportedEpochs
    statistic: str
    reported_runs: int
    epochs: Extent | None
    train_images: Extent | None
    data: TestedOn | None
    published: tuple[str, ...]
    cell: Cell | None
    input: InputShape | None
    not_run: str | None
    folders: Mapping[str, str]
    run_kind: str = TRAINED

    def value(self, axis: str) -> str:
        """Its value on an axis; empty on one that it does not have."""
        return str(self.axes.get(axis, ""))

    def values(self, axes: Iterable[str]) -> Values:
        """Its values along some axes."""
        return tuple(map(self.value, axes))

    @property
    def leading_columns(self) -> dict[str, Any]:
        """The columns that its entries begin with where a probe computes them: the axes, ``arm``,
        ``reported`` and ``cited``."""
        return {**self.axes, "arm": self.arm, "reported": self.reported, "cited": self.cited}

    @property
    def epoch_ratio(self) -> float:
        """Epochs run / epochs published; 1 where there is no cell."""
        return self.epochs.run / self.epochs.published if self.epochs else 1.0


@dataclass(frozen=True, kw_only=True)
class ArtefactRecord:
    """A table, figure or result with its rows.

    Attributes:
        where: what the study calls it.
        metric, unit, decimals: of what it shows, where no row and no axis value says otherwise.
        figure: what is drawn of it; None without a figure.
        probe: the probe with its arguments that runs or computes it; None where cells are trained.
        gathered: whether its table is gathered from runs; else its probe computes the table from
            descriptions of cells, or from the runs of other artefacts.
    """

    id: str
    kind: str
    title: str
    where: str
    caption: str
    metric: Metric
    unit: str | None
    decimals: int | str | None
    figure: FigureRecord | None
    probe: Choice | None
    gathered: bool
    layout: Layout
    axes: tuple[AxisRecord, ...]
    rows: tuple[RowRecord, ...]

    @property
    def name(self) -> str:
        """How a sentence or a link names it."""
        return self.where or self.title

    def heading(self, between: str = ", ") -> str:
        """What the study calls it, and its title."""
        return between.join(filter(None, (self.where, self.title)))

    @property
    def axis_ids(self) -> list[str]:
        """The ids of its axes."""
        return [axis.id for axis in self.axes]

    @property
    def is_exact(self) -> bool:
        """Whether its numbers are computed without error, one for each row."""
        return bool(self.rows) and not self.has_runs

    @property
    def has_runs(self) -> bool:
        """Whether runs are behind some row."""
        return any(row.folders for row in self.rows)

    @property
    def searched(self) -> list[str]:
        """The ids of the artefacts whose runs its probe reads, in alphabetical order."""
        return sorted(named_artefacts(self.probe.arguments)) if self.probe else []

    @property
    def endings(self) -> list[str]:
        """Endings of the files that are made of it, in the order in which they are made."""
        made = [RUNS, TABLE] if self.gathered else [TABLE]
        made += [CURVES] if self.probe is None and self.has_runs else []
        return made + ([FIGURE, PICTURE] if self.figure else [])

    @property
    def text_endings(self) -> tuple[str, ...]:
        """Those of its table in words; none where it has no table before anything ran."""
        return TEXTS if self.kind in TABULATED and self.rows else ()

    @property
    def numbers(self) -> str:
        """The ending of the file with the numbers that claims compare."""
        return RUNS if self.gathered else TABLE

    @property
    def folders(self) -> list[str]:
        """The folders of the runs behind its rows; one that several rows show several times."""
        return [folder for row in self.rows for folder in row.folders.values()]

    @property
    def arms(self) -> list[str]:
        """The arms in the order of the rows, the main one first."""
        return arms_of(self.rows)

    @cached_property
    def positions(self) -> dict[str, dict[str, float | None]]:
        """By axis, the numeric position of each value id."""
        return {axis.id: {value.id: value.x for value in axis.values} for axis in self.axes}

    def metric_of(self, row: RowRecord) -> Metric:
        """What a row shows."""
        return row.metric or self.metric

    def axis(self, name: str) -> AxisRecord:
        """One axis; one that is not described is its own label."""
        named = (axis for axis in self.axes if axis.id == name)
        return next(named, None) or AxisRecord(id=name, label=name, values=())

    def label(self, axis: str, value: str | None) -> str:
        """What a value of an axis is called."""
        described = self.axis(axis).value(value)
        return str(value) if described is None else described.label or str(value)

    def rank(self, axis: str, value: str) -> int:
        """The place of a value in the order of its axis; after all others where it is not
        described."""
        described = self.axis(axis).value_ids
        return described.index(value) if value in described else len(described)

    def position(self, axis: str, value: str | None) -> float | None:
        """Where a value stands on a numeric axis, or None."""
        described = self.axis(axis).value(value)
        return None if described is None else described.x

    def axis_labels(self, axes: Iterable[str]) -> list[str]:
        """The labels of several axes."""
        return [self.axis(axis).label or axis for axis in axes]

    def combination_label(self, axes: Iterable[str], values: Values) -> str:
        """The labels of one combination of values, joined."""
        return ", ".join(self.label(*pair) for pair in zip(axes, values, strict=True))

    def combinations(self, axes: Sequence[str]) -> list[Values]:
        """Combinations of values that some row has, in the order of the axes' values."""
        present = {row.values(axes) for row in self.rows}
        described = [self.axis(axis).value_ids for axis in axes]
        ordered = [values for values in product(*described) if values in present]
        return ordered + sorted(present - set(ordered))

    def rows_at(
        self, axes: Sequence[str], values: Values, arm: str | None = None
    ) -> Iterator[RowRecord]:
        """The rows with these values along these axes, of one arm or of all."""
        for row in self.rows:
            if row.values(axes) == values and arm in (None, row.arm):
                yield row

    def values_at(self, row: RowRecord) -> Iterator[ValueRecord]:
        """The described values of a row, in the order of the axes."""
        values = (axis.value(row.axes.get(axis.id)) for axis in self.axes)
        return (value for value in values if value is not None)


def arms_of(rows: Iterable[RowRecord]) -> list[str]:
    """The arms of some rows in their order, the main one first."""
    return sorted(dict.fromkeys(row.arm for row in rows), key=lambda arm: arm != DEFAULT_ARM)


def named_artefacts(content: Any) -> set[str]:
    """All artefacts that a probe names in its arguments, however deep."""
    if isinstance(content, Mapping):
        named = content.get("artefact", [])
        own = {named} if isinstance(named, str) else set(named)
        return own.union(*(named_artefacts(value) for value in content.values()))
    if isinstance(content, list):
        return set().union(*(named_artefacts(item) for item in content))
    return set()
