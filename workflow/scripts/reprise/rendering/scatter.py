"""Places in a drawing of reported scores against those of runs."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor

from reprise.rendering.outcome import ScorePoint

SIDE = 400.0
"""Width and height of the field, in units of the drawing."""
STEPS = (1, 2, 5, 10, 20, 25)
MOST_TICKS = 6


@dataclass(frozen=True)
class Mark:
    """A point in the drawing; ``top`` and ``bottom`` are the ends of its interval."""

    x: float
    y: float
    point: ScorePoint
    top: float | None
    bottom: float | None


@dataclass(frozen=True)
class Tick:
    """A value on both axes: its place from the left, that from the top, and its text."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Scatter:
    """The drawing: marks, ticks, and the side of its square field."""

    marks: list[Mark]
    ticks: list[Tick]
    side: float = SIDE


def scatter(points: Sequence[ScorePoint]) -> Scatter | None:
    """A square with the same axis both ways, so that equal numbers lie on the diagonal; None
    without points."""
    if not points:
        return None
    values = [value for point in points for value in (point.reported, point.found)]
    step = tick_step(min(values), max(values))
    low, high = step * floor(min(values) / step), step * ceil(max(values) / step)
    high = max(high, low + step)

    def place(value: float) -> float:
        return round(SIDE * (min(max(value, low), high) - low) / (high - low), 1)

    def from_top(value: float | None) -> float | None:
        return None if value is None else round(SIDE - place(value), 1)

    marks = [
        Mark(place(p.reported), from_top(p.found), p, from_top(p.high), from_top(p.low))
        for p in points
    ]
    ticks = [
        Tick(place(value), from_top(value), f"{value:g}")
        for value in range(int(low), int(high) + 1, step)
    ]
    return Scatter(marks, ticks)


def tick_step(low: float, high: float) -> int:
    """The smallest step that makes few enough ticks."""
    return next((step for step in STEPS if (high - low) / step < MOST_TICKS), STEPS[-1])
