"""Bands from the lowest to the highest value of each measurement in the course of runs."""

from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.areas import (
    AreaContent,
    area_handles,
    area_look,
    areas_in,
)
from reprise.rendering.figures.histories import mean_and_spread
from reprise.rendering.figures.panels import (
    left_panels,
    limits_around,
    say_nothing_to_draw,
    set_title,
    set_x_labels,
    small_multiples,
)
from reprise.rendering.figures.series import Series
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import legend_below
from reprise.rendering.metrics import metric_label
from reprise.rendering.numbers import significant
from reprise.studies.artefact_records import Values

LOWEST, HIGHEST = "lowest", "highest"
SHOWN_SHARE = 0.98
"""Share of the measured upper edges that a panel shows at least."""

PEAK = 1.5
"""Peaks are cut off where they would make a panel this many times as high as without them."""


class Band(NamedTuple):
    """The edges of a band as they were measured, the means over seeds, by horizontal position."""

    key: Series
    lowest: pd.Series
    highest: pd.Series


@figure_kinds.register("bands")
def draw_bands(
    source: FigureSource,
    *,
    lines: list | None = None,
    panels: list | None = None,
    x: str = "update",
    quantity: str = "loss",
    smoothing: float = 0.05,
) -> Figure:
    """A band for each row from ``lowest`` to ``highest``, the means over seeds, in one panel.

    The figure says itself over how much of a run it is smoothed, which peaks are cut off, and which
    ranges are left out.

    Args:
        lines: axes with a band for each combination; the layout's rows by default.
        panels: axes with a panel for each combination; the layout's columns by default.
        x: the column along the horizontal axis.
        quantity: what the bands are ranges of, for the vertical axis.
        smoothing: share (0 to 1) of the measurements of a run over which each edge is averaged,
            for display only; 0 for none.

    Raises:
        InputError: a history lacks one of the columns.
    """
    content = AreaContent.of(source, lines, panels)
    combinations = content.panels()
    of_panels = [bands_in(content, values, x) for values in combinations]
    figure, drawn = small_multiples(
        len(combinations), 1 + len(content.keys) // 3, share_y=False, panel_height=3
    )
    for panel, values, (bands, notes) in zip(drawn, combinations, of_panels, strict=True):
        set_title(panel, source.artefact.combination_label(content.panel_axes, values))
        notes += draw_panel(panel, bands, smoothing)
        panel.margins(x=0.02)
    set_x_labels(drawn, metric_label(x), [notes for _, notes in of_panels])
    smooth = any(window(band.lowest, smoothing) > 1 for bands, _ in of_panels for band in bands)
    ending = f", means over {100 * smoothing:g} % of a run" if smooth else ""
    for panel in left_panels(drawn):
        panel.set_ylabel(metric_label(quantity) + ending)
    title = ", ".join(source.artefact.axis_labels(content.area_axes))
    legend_below(figure, area_handles(content), title=title or None)
    return figure


def bands_in(content: AreaContent, values: Values, x: str) -> tuple[list[Band], list[str]]:
    """The bands of one panel, and in words what is missing."""
    areas, notes = areas_in(content, values, [x, LOWEST, HIGHEST])
    bands = []
    for key, histories in areas:
        measured_epochs = [history.dropna(subset=[LOWEST, HIGHEST]) for history in histories]
        measured = sum(map(len, histories))
        if empty := measured - sum(map(len, measured_epochs)):
            words = f"{empty} of {measured} ranges are not finite and left out"
            notes.append(content.note(key, words))
        lowest, highest = (
            mean_and_spread(measured_epochs, x, column)[0] for column in (LOWEST, HIGHEST)
        )
        bands += [Band(key, lowest, highest)] if len(lowest) else []
    return bands, notes


def draw_panel(panel: Axes, bands: list[Band], smoothing: float) -> list[str]:
    """Draw the bands of one panel, and say in words what lies beyond it."""
    if not bands:
        say_nothing_to_draw(panel)
        return []
    edges = [
        (smoothed(band.lowest, smoothing), smoothed(band.highest, smoothing)) for band in bands
    ]
    for band, (low, high) in zip(bands, edges, strict=True):
        panel.fill_between(low.index, low, high, **area_look(band.key))
    shown = max(band.highest.quantile(SHOWN_SHARE) for band in bands)
    highest = max(high.max() for _, high in edges)
    lowest = min(low.min() for low, _ in edges)
    if highest - lowest <= PEAK * (shown - lowest):
        return []
    panel.set_ylim(*limits_around([low.clip(upper=shown) for low, _ in edges], shown))
    return [f"peaks up to {significant(highest)} are cut off"]


def smoothed(edge: pd.Series, share: float) -> pd.Series:
    """Centred means over a share of the measurements, over fewer at both ends."""
    return edge.rolling(window(edge, share), center=True, min_periods=1).mean()


def window(edge: pd.Series, share: float) -> int:
    """How many measurements are averaged."""
    return max(1, round(share * len(edge)))
