"""A study as its YAML file declares it: recipes, axes, grids of cells, artefacts, claims."""

import itertools
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.cell import CHOICES, Cell
from reprise.studies.choice import Choice
from reprise.studies.yaml_files import read_yaml, validate


@dataclass(frozen=True)
class Row:
    """One table cell or point: a combination of axis values in one arm.

    ``cell`` is the published cell, without seed. It is trained, or described to the artefact's
    probe.
    """

    axes: Mapping[str, str]
    arm: str
    cell: Cell
    reported: float | None
    cited: float | None


@dataclass(frozen=True)
class Artefact:
    """A table, figure or result of a study; ``content`` is its validated YAML."""

    id: str
    content: Mapping[str, Any]
    rows: tuple[Row, ...]

    @property
    def axes(self) -> Mapping[str, Any]:
        """Axes by id, in order."""
        return self.content["axes"]

    @property
    def trained(self) -> bool:
        """Whether its cells are trained; otherwise a probe computes it from their descriptions."""
        return self.content["probe"] is None


@dataclass(frozen=True)
class Study:
    """One study; ``content`` is its validated YAML, ``path`` the file for messages."""

    id: str
    path: str
    content: Mapping[str, Any]
    artefacts: Mapping[str, Artefact]

    @property
    def claims(self) -> Mapping[str, Mapping[str, Any]]:
        """Claims by id."""
        return self.content["claims"]


def load_study(path: Path, where: str) -> Study:
    """Read a study.

    Args:
        path: its YAML file; the stem is the study's id.
        where: how messages call the file.

    Raises:
        InputError: one sentence with file and key.
    """
    content = validate(read_yaml(path, where), "study", where)
    content["artefacts"] = {
        name: _with_shared_axes(artefact, content["axes"], f"{where}: artefacts.{name}")
        for name, artefact in content["artefacts"].items()
    }
    artefacts = {
        name: Artefact(name, artefact, tuple(_rows(artefact, content["recipes"], where, name)))
        for name, artefact in content["artefacts"].items()
    }
    both = sorted(content["artefacts"].keys() & content["claims"].keys())
    if both:
        raise InputError(
            f"{where}: claims.{both[0]}: an artefact has the same id; targets need distinct ids"
        )
    return Study(path.stem, where, content, artefacts)


def _with_shared_axes(artefact: Mapping, shared: Mapping, where: str) -> dict[str, Any]:
    axes = {}
    for name, axis in artefact["axes"].items():
        if axis is None and name not in shared:
            raise InputError(f"{where}.axes.{name}: no shared axis; {choose_among(name, shared)}")
        axes[name] = shared[name] if axis is None else axis
    return {**artefact, "axes": axes}


def _rows(artefact: Mapping, recipes: Mapping, where: str, name: str) -> Iterator[Row]:
    where = f"{where}: artefacts.{name}"
    if not artefact["axes"]:
        return
    for leaves in ("reported", "cited"):
        _check_numbers(artefact[leaves], artefact["axes"], f"{where}.{leaves}")
    combinations = list(_combinations(artefact, where))
    for leaves in ("reported", "cited"):
        _check_shown(artefact[leaves], combinations, f"{where}.{leaves}")
    for combination in combinations:
        for arm, changes in artefact["arms"].items():
            first_arm = arm == next(iter(artefact["arms"]))
            yield Row(
                axes=combination,
                arm=arm,
                cell=_cell(artefact, combination, changes, recipes, where),
                reported=_number(artefact["reported"], combination) if first_arm else None,
                cited=_number(artefact["cited"], combination) if first_arm else None,
            )


def _combinations(artefact: Mapping, where: str) -> Iterator[dict[str, str]]:
    axes = artefact["axes"]
    everything = {name: list(axis["values"]) for name, axis in axes.items()}
    seen = set()
    for number, grid in enumerate(artefact["grids"] or [everything]):
        for name in grid:
            if name not in axes:
                raise InputError(
                    f"{where}.grids[{number}]: unknown axis {name!r}; {choose_among(name, axes)}"
                )
        values = [grid.get(name, everything[name]) for name in axes]
        for combination in itertools.product(*values):
            for name, value in zip(axes, combination, strict=True):
                if value not in axes[name]["values"]:
                    known = choose_among(value, axes[name]["values"])
                    raise InputError(
                        f"{where}.grids[{number}].{name}: unknown value {value!r}; {known}"
                    )
            if combination not in seen:
                seen.add(combination)
                yield dict(zip(axes, combination, strict=True))


def _cell(
    artefact: Mapping, combination: Mapping, arm: Mapping, recipes: Mapping, where: str
) -> Cell:
    values = [artefact["axes"][axis]["values"][value] for axis, value in combination.items()]
    recipe_name = artefact.get("recipe")
    for value in values:
        recipe_name = value.get("recipe") or recipe_name
    fields = _recipe(recipe_name, recipes, where)
    for changes in (*(value["set"] for value in values), arm):
        fields = _merged(fields, changes)
    point = ", ".join(f"{axis} {value}" for axis, value in combination.items())
    missing = [
        key
        for key in ("dataset", "model", "norm", "optimizer", "schedule", "momentum",
                    "batch_size", "epochs")
        if key not in fields
    ]  # fmt: skip
    if missing:
        raise InputError(f"{where}: the cell at {point} lacks {missing[0]!r}")
    return Cell.of(fields, f"{where} ({point})")


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


def _number(nested: Any, combination: Mapping[str, str]) -> float | None:
    for value in combination.values():
        if not isinstance(nested, Mapping) or value not in nested:
            return None
        nested = nested[value]
    return None if nested is None else float(nested)


def _check_shown(nested: Mapping, combinations: list[dict[str, str]], where: str) -> None:
    """Refuse a number at a combination of axis values that no grid runs."""
    shown = {tuple(combination.values()) for combination in combinations}
    for point in _points(nested):
        if point not in shown:
            raise InputError(f"{where}: no cell is at {', '.join(point)}; add it to the grids")


def _points(nested: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    if not isinstance(nested, Mapping):
        yield path
        return
    for value, below in nested.items():
        yield from _points(below, (*path, value))


def _check_numbers(nested: Any, axes: Mapping[str, Any], where: str) -> None:
    """Refuse a number at an unknown axis value, and what is no number."""
    if not isinstance(nested, Mapping) or not nested:
        return
    axis, *deeper = axes
    for value, below in nested.items():
        if value not in axes[axis]["values"]:
            known = choose_among(value, axes[axis]["values"])
            raise InputError(f"{where}: unknown value {value!r} of axis {axis!r}; {known}")
        if deeper:
            if not isinstance(below, Mapping):
                raise InputError(
                    f"{where}.{value}: expected numbers by {deeper[0]!r}, found {below!r}"
                )
            _check_numbers(below, {name: axes[name] for name in deeper}, f"{where}.{value}")
        elif not isinstance(below, int | float | None):
            raise InputError(f"{where}.{value}: expected a number, found {below!r}")
