"""Distributions of what runs left, such as weights, laid over each other."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reprise.rendering.figures.areas import (
    Area,
    AreaContent,
    area_handles,
    area_look,
    areas_in,
)
from reprise.rendering.figures.panels import (
    left_panels,
    say_nothing_to_draw,
    set_title,
    set_x_labels,
    small_multiples,
)
from reprise.rendering.figures.series import look_of
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import INK, legend_below
from reprise.rendering.metrics import metric_label

MEAN_LINE = {"linestyle": "--", "linewidth": 1.1}


@figure_kinds.register("histograms")
def draw_histograms(
    source: FigureSource,
    *,
    lines: list | None = None,
    panels: list | None = None,
    series: str = "weight",
    magnitude: bool = True,
    bins: int = 40,
) -> Figure:
    """A histogram for each row, of the values of all its finished runs, with their mean.

    All histograms have the same bins, and heights are shares, so that rows with more runs do not
    stand out.

    Args:
        lines: axes with a histogram for each combination; the layout's rows by default.
        panels: axes with a panel for each combination; the layout's columns by default.
        series: the column of the histories.
        magnitude: whether absolute values are counted.
        bins: number of bins, of equal width.

    Raises:
        InputError: a history lacks the column.
    """
    content = AreaContent.of(source, lines, panels)
    combinations = content.panels()
    of_panels = [areas_in(content, values, [series]) for values in combinations]
    edges = common_bins([area for areas, _ in of_panels for area in areas], series, magnitude, bins)
    legend_lines = 2 + len(content.keys) // 3
    figure, drawn = small_multiples(len(combinations), legend_lines, panel_height=3.0)
    for panel, values, (areas, _) in zip(drawn, combinations, of_panels, strict=True):
        set_title(panel, source.artefact.combination_label(content.panel_axes, values))
        for area in areas:
            draw_histogram(panel, area, values_of(area, series, magnitude), edges)
        if not areas:
            say_nothing_to_draw(panel)
        panel.set_ylim(bottom=0)
    label = metric_label(series) + (" magnitude" if magnitude else "")
    set_x_labels(drawn, label, [notes for _, notes in of_panels])
    for panel in left_panels(drawn):
        panel.set_ylabel("Share (%)")
    title = ", ".join(source.artefact.axis_labels(content.area_axes))
    mean = Line2D([], [], color=INK, label="mean", **MEAN_LINE)
    legend_below(figure, [*area_handles(content), mean], title=title or None)
    return figure


def values_of(area: Area, series: str, magnitude: bool) -> np.ndarray:
    """The finite values of all runs behind a histogram."""
    values = pd.concat([history[series] for history in area.histories]).to_numpy(dtype=float)
    values = values[np.isfinite(values)]
    return np.abs(values) if magnitude else values


def common_bins(areas: list[Area], series: str, magnitude: bool, bins: int) -> np.ndarray:
    """Edges of bins that hold the values of all histograms; those of magnitudes start at 0."""
    values = [values_of(area, series, magnitude) for area in areas]
    together = np.concatenate([*values, np.zeros(1 if magnitude or not values else 0)])
    return np.histogram_bin_edges(together, bins)


def draw_histogram(panel: Axes, area: Area, values: np.ndarray, edges: np.ndarray) -> None:
    """One histogram in percent, and a line at the mean."""
    counts, _ = np.histogram(values, edges)
    panel.stairs(100 * counts / len(values), edges, fill=True, **area_look(area.key))
    panel.axvline(values.mean(), color=look_of(area.key)["color"], **MEAN_LINE)
