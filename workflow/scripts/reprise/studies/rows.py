"""The rows of an artefact: every combination of axis values in every arm, with its cell."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.cell import CHOICES, Cell
from reprise.studies.choice import Choice
from reprise.studies.measure_forms import Metric, metric_of
from reprise.studies.reported import check_numbers, check_shown, number_at
from reprise.studies.reported_epochs import ReportedEpochs

NEEDED = (
    "dataset", "model", "norm", "optimizer", "schedule", "momentum", "batch_size", "epochs",
)  # fmt: skip

DEFAULT_ARM = "as run"
"""The arm that is compared where nothing names another: what the study's own code did."""


@dataclass(frozen=True)
class Row:
    """One table cell or point: a combination of axis values in one arm.

    Attributes:
        cell: the published cell, without seed. It is trained, or handed to the artefact's probe;
            None where the artefact has a probe and nothing names a recipe, or the row is not run.
        reported, cited: the study's number and what it cites, in the first arm only.
        metric: what the row shows, a column of the metrics or a measure; None: the artefact's.
        unit: the unit that an axis value gives it; None where none does.
        report: which epochs are reported.
        statistic: what the reported number is of the study's runs: their mean or median.
        reported_runs: how many runs are behind the reported number.
        not_run: why it is never run; None where it is.
    """

    axes: Mapping[str, str]
    arm: str
    cell: Cell | None
    reported: float | None
    cited: float | None
    metric: Metric | None
    unit: str | None
    report: ReportedEpochs
    statistic: str
    reported_runs: int
    not_run: str | None = None


@dataclass(frozen=True)
class _Point:
    """One combination of axis values with the fields that its grid sets."""

    axes: dict[str, str]
    fields: Mapping[str, Any]


def rows_of(artefact: Mapping[str, Any], recipes: Mapping[str, Any], where: str) -> Iterator[Row]:
    """All rows of an artefact, in the order of its grids, axis values and arms.

    Fields of a cell are merged in this order: the recipe, the axis values in the order of the
    axes, the grid's ``set``, the arm, and what the axis values set in that arm.

    Args:
        artefact: its validated YAML with the axes spelt out.
        recipes: those of the study.
        where: file and key, for messages.

    Raises:
        InputError: one sentence with the key.
    """
    if not artefact["axes"]:
        return
    _check_axes(artefact["axes"], f"{where}.axes")
    points = list(_points(artefact, where))
    for leaves in ("reported", "cited"):
        check_numbers(artefact[leaves], artefact["axes"], f"{where}.{leaves}")
        check_shown(artefact[leaves], [point.axes for point in points], f"{where}.{leaves}")
    first_arm = next(iter(artefact["arms"]))
    for point in points:
        shown = _shown(artefact, point, where)
        for arm in artefact["arms"]:
            compared = arm == first_arm
            yield Row(
                axes=point.axes,
                arm=arm,
                cell=_cell(artefact, point, arm, recipes, where),
                reported=number_at(artefact["reported"], point.axes) if compared else None,
                cited=number_at(artefact["cited"], point.axes) if compared else None,
                report=_report(artefact, point, arm),
                **shown,
            )


def _check_axes(axes: Mapping[str, Any], where: str) -> None:
    if "set" in axes:
        raise InputError(f"{where}: an axis cannot be called 'set', which is a key of grids")
    for name, axis in axes.items():
        for value, item in axis["values"].items():
            if "metric" in item:
                metric_of(item["metric"], f"{where}.{name}.{value}.metric")
    measured = [
        name
        for name, axis in axes.items()
        if any("metric" in value for value in axis["values"].values())
    ]
    if len(measured) > 1:
        raise InputError(
            f"{where}: expected the values of one axis at most to name a metric, found metrics on "
            f"{' and '.join(measured)}"
        )


def _points(artefact: Mapping, where: str) -> Iterator[_Point]:
    axes = artefact["axes"]
    everything = {name: list(axis["values"]) for name, axis in axes.items()}
    seen: dict[tuple[str, ...], Mapping[str, Any]] = {}
    for number, grid in enumerate(artefact["grids"] or [{}]):
        place = f"{where}.grids[{number}]"
        fields = grid.get("set", {})
        _check_grid(grid, axes, place)
        for values in itertools.product(*(grid.get(name, everything[name]) for name in axes)):
            if values not in seen:
                seen[values] = fields
                yield _Point(dict(zip(axes, values, strict=True)), fields)
            elif seen[values] != fields:
                raise InputError(
                    f"{place}: an earlier grid has {', '.join(values)} with another 'set'; list "
                    "it in one of them"
                )


def _check_grid(grid: Mapping, axes: Mapping, where: str) -> None:
    for name, values in grid.items():
        if name == "set":
            continue
        if name not in axes:
            raise InputError(f"{where}: unknown axis {name!r}; {choose_among(name, axes)}")
        for value in values:
            if value not in axes[name]["values"]:
                suggestion = choose_among(value, axes[name]["values"])
                raise InputError(f"{where}.{name}: unknown value {value!r}; {suggestion}")


def _values(artefact: Mapping, point: _Point) -> list[Mapping[str, Any]]:
    return [artefact["axes"][axis]["values"][value] for axis, value in point.axes.items()]


def _shown(artefact: Mapping, point: _Point, where: str) -> dict[str, Any]:
    """What a row shows, where an axis value says otherwise than the artefact."""
    shown = {"metric": None, "unit": None, "not_run": None}
    shown |= {key: artefact[key] for key in ("statistic", "reported_runs")}
    for axis, name in point.axes.items():
        value = artefact["axes"][axis]["values"][name]
        shown |= {key: value[key] for key in shown if key in value}
        if "metric" in value:
            shown["metric"] = metric_of(value["metric"], f"{where}.axes.{axis}.{name}.metric")
    return shown


def _report(artefact: Mapping, point: _Point, arm: str) -> ReportedEpochs:
    """Which epochs a row reports: as its axis values say, else its arm, else the artefact."""
    said = (artefact["arms"][arm], *_values(artefact, point))
    report = [artefact["report"], *(item["report"] for item in said if "report" in item)][-1]
    return ReportedEpochs(**report)


def _cell(artefact: Mapping, point: _Point, arm: str, recipes: Mapping, where: str) -> Cell | None:
    values = _values(artefact, point)
    if any("not_run" in value for value in values):
        return None
    recipe = artefact.get("recipe")
    for value in values:
        recipe = value.get("recipe") or recipe
    changes = (
        *(value["set"] for value in values),
        point.fields,
        {key: field for key, field in artefact["arms"][arm].items() if key != "report"},
        *(value["arms"].get(arm, {}) for value in values),
    )
    if recipe is None and artefact["probe"] is not None and not any(changes):
        return None
    fields = _recipe(recipe, recipes, where)
    for change in changes:
        fields = _merged(fields, change)
    place = ", ".join(f"{axis} {value}" for axis, value in point.axes.items())
    if missing := [key for key in NEEDED if key not in fields]:
        raise InputError(f"{where}: the cell at {place} lacks {missing[0]!r}")
    return Cell.of(fields, f"{where} ({place})")


def _recipe(name: str | None, recipes: Mapping, where: str, seen: tuple = ()) -> dict[str, Any]:
    if name not in recipes:
        raise InputError(f"{where}: recipe: unknown recipe {name!r}; {choose_among(name, recipes)}")
    if name in seen:
        raise InputError(f"{where}: recipes.{name}: it inherits from itself")
    recipe = dict(recipes[name])
    parent = recipe.pop("inherits", None)
    base = _recipe(parent, recipes, where, (*seen, name)) if parent else {}
    return _merged(base, recipe)


def _merged(base: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Replace fields. A mapping without ``name`` changes arguments of the choice that is there."""
    merged = dict(base)
    for key, value in changes.items():
        if key in CHOICES and isinstance(value, Mapping) and "name" not in value:
            before = Choice.of(merged[key]).plain() if key in merged else {}
            merged[key] = {**before, **value}
        else:
            merged[key] = value
    return merged
