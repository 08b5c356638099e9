"""Small multiples: where panels stand, and what is written when there is nothing to draw."""

import math
from collections.abc import Iterator
from textwrap import wrap

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.style import WIDTH

PANEL_HEIGHT = 2.5
LEGEND_LINE = 0.2
"""Inches that a panel, and one line of the legend, take from top to bottom."""

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
    columns = min(count, most_columns)
    rows = math.ceil(count / columns)
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


def set_title(panel: Axes, title: str) -> None:
    """A title in lines that are no wider than the panel."""
    columns = panel.get_subplotspec().get_gridspec().ncols
    panel.set_title("\n".join(wrap(title, int(CHARACTERS_PER_LINE / columns))))


def limits_for_endings(
    curves: list[pd.Series], top: float = -math.inf, start_share: float = 0.2
) -> tuple[float, float] | None:
    """Limits that show where curves end, and leave out the part in which they rise.

    Args:
        curves: what has to be seen; the lower limit leaves out this share of their values, but
            nothing of curves so short that each point counts.
        top: a value up to which the limits reach at least.
    """
    values = pd.concat(curves).dropna() if curves else pd.Series(dtype=float)
    if values.empty:
        return None
    short = max(len(curve) for curve in curves) < POINTS_OF_A_SHORT_CURVE
    low = values.min() if short else values.quantile(start_share)
    high = max(values.max(), top)
    margin = 0.06 * (high - low) or 1.0
    return low - margin, high + margin
