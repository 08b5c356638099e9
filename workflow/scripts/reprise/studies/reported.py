"""A study's numbers: nested in YAML by axis value, in the order of the axes."""

from collections.abc import Iterator, Mapping
from typing import Any

from reprise.errors import InputError, choose_among


def number_at(nested: Any, combination: Mapping[str, str]) -> float | None:
    """The number at a combination of axis values; None where there is none."""
    for value in combination.values():
        if not isinstance(nested, Mapping) or value not in nested:
            return None
        nested = nested[value]
    return None if nested is None else float(nested)


def check_numbers(nested: Any, axes: Mapping[str, Any], where: str) -> None:
    """Refuse a number at an unknown axis value, and what is no number.

    Raises:
        InputError: names the place.
    """
    if not isinstance(nested, Mapping) or not nested:
        return
    axis, *deeper = axes
    for value, below in nested.items():
        if value not in axes[axis]["values"]:
            suggestion = choose_among(value, axes[axis]["values"])
            raise InputError(f"{where}: unknown value {value!r} of axis {axis!r}; {suggestion}")
        if deeper:
            if not isinstance(below, Mapping):
                raise InputError(
                    f"{where}.{value}: expected numbers by {deeper[0]!r}, found {below!r}"
                )
            check_numbers(below, {name: axes[name] for name in deeper}, f"{where}.{value}")
        elif not isinstance(below, int | float | None):
            raise InputError(f"{where}.{value}: expected a number, found {below!r}")


def check_shown(nested: Mapping, combinations: list[dict[str, str]], where: str) -> None:
    """Refuse a number at a combination of axis values that no grid runs.

    Raises:
        InputError: names the combination.
    """
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
