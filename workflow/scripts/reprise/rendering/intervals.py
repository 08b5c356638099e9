"""An effect with its interval as a small drawing: positions in percent of its width."""

from dataclasses import dataclass

Bounds = tuple[float | None, float | None]

MARGIN = 8.0
"""Percent of the width left free at either end."""


@dataclass(frozen=True)
class IntervalPlot:
    """Where things stand from left (0) to right (100); None is not drawn.

    ``null`` is where there is no difference, ``band`` where the effect has to lie, from and to,
    for the claim to hold.
    """

    null: float | None
    effect: float
    low: float | None
    high: float | None
    reported: float | None
    band: tuple[float, float] | None


def plot_interval(
    effect: float | None,
    low: float | None,
    high: float | None,
    reported: float | None = None,
    null: float | None = 0.0,
    band: Bounds | None = None,
) -> IntervalPlot | None:
    """A drawing scaled so that everything known fits; None without anything to compare with.

    Args:
        effect: the measured effect.
        low, high: its interval, where there is one.
        reported: the effect that the study reports.
        null: the effect of no difference, where there is such a thing.
        band: bounds within which the claim holds; an end that is None is open.
    """
    if effect is None:
        return None
    numbers = [null, effect, low, high, reported, *(band or ())]
    finite = [value for value in numbers if value is not None]
    left, width = min(finite), max(finite) - min(finite)
    if not width:
        return None

    def place(value: float | None) -> float | None:
        if value is None:
            return None
        return round(MARGIN + (100 - 2 * MARGIN) * (value - left) / width, 2)

    def end(value: float | None, edge: float) -> float:
        return edge if value is None else place(value) or 0.0

    return IntervalPlot(
        null=place(null),
        effect=place(effect) or 0.0,
        low=place(low),
        high=place(high),
        reported=place(reported),
        band=(end(band[0], 0.0), end(band[1], 100.0)) if band else None,
    )
