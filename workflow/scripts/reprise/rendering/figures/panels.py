"""Small multiples: where panels stand, and what is written when there is nothing to draw."""

import math
from collections.abc import Iterable, Iterator
from itertools import islice, product
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.style import WIDTH

PANEL_HEIGHT = 2.5
LOWER_PANEL_HEIGHT = 1.2
LEGEND_LINE = 0.2
"""Inches that a panel, one below it, and one line of the legend take from top to bottom."""

CHARACTERS_PER_LINE = 84
"""Characters of a title that fit across a figure."""

POINTS_OF_A_SHORT_CURVE = 12


def small_multiples(
    count: int,
    legend_lines: int = 0,
    share_y: bool = True,
    most_columns: int = 3,
    panel_height: float = PANEL_HEIGHT,
) -> tuple[Figure, list[Axes]]:
    """A figure with ``count`` panels in rows of equal length; share_y compares by height."""
    rows, columns = rows_and_columns(count, most_columns)
    figure = Figure(
        figsize=(WIDTH, rows * panel_height + 0.5 + legend_lines * LEGEND_LINE),
        layout="constrained",
    )
    grid = figure.subplots(rows, columns, sharey=share_y, squeeze=False)
    panels = list(grid.flat)
    for spare in panels[count:]:
        spare.set_axis_off()
    for panel in panels[max(0, count - columns) : count]:
        panel.tick_params(labelbottom=True)
    return figure, panels[:count]


def rows_and_columns(count: int, most_columns: int) -> tuple[int, int]:
    """As few rows as hold ``count`` panels, filled as evenly as that allows: four in three columns
    at most are two rows of two."""
    rows = math.ceil(count / most_columns)
    return rows, math.ceil(count / rows)


def stacked_multiples(
    count: int, legend_lines: int = 0, most_columns: int = 3
) -> tuple[Figure, list[Axes], list[Axes]]:
    """A figure with ``count`` pairs of panels, a low one below each, on a shared horizontal axis.

    Upper panels share their height with each other, and so do lower ones.
    """
    rows, columns = rows_and_columns(count, most_columns)
    height = rows * (PANEL_HEIGHT + LOWER_PANEL_HEIGHT) + 0.5 + legend_lines * LEGEND_LINE
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    ratios = [PANEL_HEIGHT, LOWER_PANEL_HEIGHT] * rows
    grid = figure.add_gridspec(2 * rows, columns, height_ratios=ratios)
    upper, lower = [], []
    for row, column in islice(product(range(rows), range(columns)), count):
        first_upper, first_lower = next(iter(upper), None), next(iter(lower), None)
        upper.append(figure.add_subplot(grid[2 * row, column], sharey=first_upper))
        place = grid[2 * row + 1, column]
        lower.append(figure.add_subplot(place, sharex=upper[-1], sharey=first_lower))
        upper[-1].tick_params(labelbottom=False, labelleft=column == 0)
        lower[-1].tick_params(labelleft=column == 0)
    return figure, upper, lower


def left_panels(panels: list[Axes]) -> Iterator[Axes]:
    """The panels at the left edge, which carry the label of the vertical axis."""
    for panel in panels:
        if panel.get_subplotspec().is_first_col():
            yield panel


def say_nothing_to_draw(panel: Axes, reason: str = "no finished run") -> None:
    """A panel without data says so, so that it is not taken for an empty result."""
    panel.text(
        0.5, 0.5, reason, transform=panel.transAxes, ha="center", va="center", style="italic"
    )


def hide_ticks_without_data(panels: Iterable[Axes]) -> None:
    """Where no panel has anything drawn, the numbers along its axes mean nothing."""
    panels = list(panels)
    if not any(p.lines or p.collections or p.patches or p.images for p in panels):
        for panel in panels:
            panel.tick_params(bottom=False, labelbottom=False, left=False, labelleft=False)
            panel.grid(visible=False)


def set_title(panel: Axes, title: str, pad: float | None = None) -> None:
    """A title in lines that are no wider than the panel, ``pad`` points above it."""
    panel.set_title("\n".join(wrap(title, characters_across(panel))), pad=pad)


def set_x_labels(panels: list[Axes], label: str, notes: list[list[str]]) -> None:
    """A label of each horizontal axis, and below it the panel's notes in lines no wider than it;
    the figure grows by them."""
    for panel, sentences in zip(panels, notes, strict=True):
        lines = [line for words in sentences for line in wrap(words, characters_across(panel))]
        panel.set_xlabel("\n".join([label, *lines]))
    most = max(panel.get_xlabel().count("\n") for panel in panels)
    figure, rows = panels[0].figure, panels[0].get_subplotspec().get_gridspec().nrows
    figure.set_figheight(figure.get_figheight() + rows * most * LEGEND_LINE)


def characters_across(panel: Axes) -> int:
    """How many characters of a title fit across a panel."""
    return int(CHARACTERS_PER_LINE / panel.get_subplotspec().get_gridspec().ncols)


def limits_around(curves: list[pd.Series], top: float = -math.inf) -> tuple[float, float] | None:
    """Limits a little beyond all values of some curves, or None without a value.

    Args:
        curves: what has to be seen.
        top: a value up to which the limits reach at least.
    """
    values = pd.concat(curves).dropna() if curves else pd.Series(dtype=float)
    if values.empty:
        return None
    low, high = values.min(), max(values.max(), top)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin


def limits_for_endings(
    curves: list[pd.Series], top: float = -math.inf, start_share: float = 0.2
) -> tuple[float, float] | None:
    """Limits that show where curves end, and leave out the part in which they rise.

    Args:
        curves: what has to be seen; the lower limit leaves out this share of their values, but
            no curve's end, and nothing of curves so short that each point counts.
        top: a value up to which the limits reach at least.
    """
    values = pd.concat(curves).dropna() if curves else pd.Series(dtype=float)
    if values.empty or max(len(curve) for curve in curves) < POINTS_OF_A_SHORT_CURVE:
        return limits_around(curves, top)
    start = values.quantile(start_share)
    endings = [curve.dropna().tail(1) for curve in curves]
    return limits_around([values[values >= start], *endings], top)
