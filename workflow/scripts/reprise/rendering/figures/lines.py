"""Means along an axis, one line for each value of another axis, reported values marked."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.marks import REFERENCE, REPORTED, interval_of, key_handles, mark
from reprise.rendering.figures.panels import (
    left_panels,
    say_nothing_to_draw,
    set_title,
    small_multiples,
)
from reprise.rendering.figures.series import (
    Series,
    look_of,
    ordered_series,
    series_handles,
    series_label,
)
from reprise.rendering.figures.source import FigureSource, figure_kinds, first_number
from reprise.rendering.figures.style import legend_below
from reprise.rendering.metrics import artefact_label

LOGARITHMIC_RATIO = 8
"""Positions whose largest is this many times the smallest stand on a logarithmic axis."""

Positions = dict[str, float]


@figure_kinds.register("lines")
def draw_lines(
    source: FigureSource,
    *,
    x: str | None = None,
    lines: str | None = None,
    panels: str | None = None,
    scale: str | None = None,
) -> Figure:
    """Mean against the values of one axis.

    Args:
        x: the horizontal axis; the layout's first row axis by default.
        lines: the axis with a line for each value; the layout's columns by default.
        panels: the axis with a panel for each value; none by default.
        scale: ``linear``, ``log`` or ``categories``; by default what suits the axis' positions.
    """
    x = x or source.axes("rows")[0]
    panel_axes = [panels] if panels else []
    line_axes = [lines] if lines else [a for a in source.axes("columns") if a not in (x, panels)]
    positions = positions_along(source, x, scale)
    combinations = source.combinations(panel_axes) or [()]
    keys = ordered_series(source, line_axes)
    figure, drawn = small_multiples(
        len(combinations), legend_lines=1 + (len(keys) + 2) // 3, panel_height=2.9
    )
    for panel, values in zip(drawn, combinations, strict=True):
        set_title(panel, source.artefact.combination_label(panel_axes, values))
        for key in keys:
            wanted = dict(zip([*panel_axes, *line_axes], (*values, *key.values), strict=True))
            named = series_label(source, line_axes, key) or "mean"
            draw_line(panel, source, {**wanted, "arm": key.arm}, x, positions, key, named)
        if not panel.lines:
            say_nothing_to_draw(panel)
        set_positions(panel, source, x, positions, scale)
    for panel in left_panels(drawn):
        panel.set_ylabel(artefact_label(source.artefact))
    handles = series_handles(source, line_axes, keys)
    legend_below(figure, handles + key_handles(source.table, with_mean=not handles))
    return figure


def positions_along(source: FigureSource, x: str, scale: str | None) -> Positions:
    """Where each value of the axis stands: at its number, or at its rank among the values."""
    values = [value for (value,) in source.combinations([x])]
    numbers = [source.artefact.position(x, value) for value in values]
    if scale == "categories" or None in numbers:
        numbers = list(range(len(values)))
    return {value: float(number) for value, number in zip(values, numbers, strict=True)}


def is_logarithmic(positions: Positions, scale: str | None) -> bool:
    """Whether the axis of these positions is logarithmic, unless ``scale`` says so."""
    if scale is not None:
        return scale == "log"
    numbers = positions.values()
    return bool(numbers) and min(numbers) > 0 and max(numbers) >= LOGARITHMIC_RATIO * min(numbers)


def draw_line(
    panel: Axes,
    source: FigureSource,
    wanted: dict[str, str],
    x: str,
    positions: Positions,
    key: Series,
    label: str,
) -> None:
    """Means joined by a line of that label, their intervals, and the reported and reference
    values."""
    look = look_of(key)
    means = []
    for value, place in positions.items():
        points = source.points(**wanted, **{x: value})
        mean = first_number(points, "mean")
        if mean is not None:
            means.append((place, mean))
        if interval := interval_of(points):
            panel.plot([place, place], interval, color=look["color"], linewidth=0.9, alpha=0.6)
        mark(panel, place, first_number(points, "reference_mean"), look["color"], REFERENCE)
        mark(panel, place, first_number(points, "reported"), look["color"], REPORTED)
    if means:
        panel.plot(*zip(*means, strict=True), **look, label=label)


def set_positions(
    panel: Axes, source: FigureSource, x: str, positions: Positions, scale: str | None
) -> None:
    """Ticks at the values that the axis has, named as they are."""
    if is_logarithmic(positions, scale):
        panel.set_xscale("log", base=2)
    panel.set_xticks(
        list(positions.values()), [source.artefact.label(x, value) for value in positions]
    )
    panel.tick_params(axis="x", which="minor", bottom=False)
    panel.margins(x=0.08)
    panel.set_xlabel(source.artefact.axis(x).label)
