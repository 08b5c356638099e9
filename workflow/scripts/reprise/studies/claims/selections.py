"""Which rows of artefacts a claim compares, and how they are found in it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass, replace
from typing import Any

from reprise.studies.measure_forms import Metric


@dataclass(frozen=True)
class Candidate:
    """One combination of swept values, and the rows that have it."""

    values: tuple[str, ...]
    rows: tuple[int, ...]


@dataclass(frozen=True)
class Selection:
    """Rows of one artefact that are compared by one metric.

    Attributes:
        artefact: id.
        rows: places of the rows in the artefact, from 0; at least one.
        diverged_as: what a run that diverged counts as: a value, ``left out``, or what guessing
            gives (None).
        candidates: those among which the best is chosen; none where nothing is chosen.
        lowest: whether the best one is that with the lowest mean.
    """

    artefact: str
    rows: tuple[int, ...]
    metric: Metric
    diverged_as: float | str | None = None
    candidates: tuple[Candidate, ...] = ()
    lowest: bool = False

    def only(self, rows: tuple[int, ...]) -> "Selection":
        """Some of the rows, with nothing to choose any more."""
        return replace(self, rows=rows, candidates=(), lowest=False)

    @property
    def outcomes(self) -> list["Selection"]:
        """What may be left of it once the best is chosen: itself where nothing is."""
        return [self.only(candidate.rows) for candidate in self.candidates] or [self]


Selections = tuple[Selection, ...]
"""Rows of several selections, which count as one group."""


@dataclass(frozen=True)
class Term:
    """The mean of a group of rows, with its factor in a sum."""

    weight: float
    selections: Selections


def selections_of(item: Any) -> Iterator[Selection]:
    """Every selection in a rule, a claim or a deviation, in the order of their fields."""
    if isinstance(item, Selection):
        yield item
    elif isinstance(item, tuple):
        for inner in item:
            yield from selections_of(inner)
    elif is_dataclass(item):
        for field in fields(item):
            yield from selections_of(getattr(item, field.name))


def with_selections(item: Any, change: Callable[[Selection], Selection]) -> Any:
    """The same with every selection changed."""
    if isinstance(item, Selection):
        return change(item)
    if isinstance(item, tuple):
        return tuple(with_selections(inner, change) for inner in item)
    if not is_dataclass(item):
        return item
    changed = {f.name: with_selections(getattr(item, f.name), change) for f in fields(item)}
    return replace(item, **changed)


def artefacts_of(*items: Any) -> list[str]:
    """The ids of all artefacts that rules, claims or deviations compare, each once."""
    return list(dict.fromkeys(selection.artefact for selection in selections_of(items)))
