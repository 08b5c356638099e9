"""Marks of learning rates on the curve of a sweep: what it suggests, and what was reported."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from reprise.rendering.figures.marks import SINGLE_RUN, MarkColours
from reprise.rendering.figures.series import Series, look_of
from reprise.rendering.figures.source import FigureSource, first_number
from reprise.rendering.figures.style import COLOURS
from reprise.rendering.numbers import plain
from reprise.studies.artefact_records import RowRecord

SUGGESTION = "suggested_learning_rate"
"""The metric that a sweep marks."""

DOT = {"marker": "o", "markersize": 7, "linestyle": "none"}
REPORTED_LINE = {"linestyle": "--", "linewidth": 1.1}
OF_ONE_LINE = MarkColours(mean=COLOURS[1], reported=COLOURS[2])
DIGITS = 3
LABEL_WIDTH = 0.3
"""Of a label beside a dot, as a share of a panel's width."""


def shows_suggestion(source: FigureSource, row: RowRecord) -> bool:
    """Whether a row's number is the suggested rate."""
    return source.artefact.metric_of(row) == SUGGESTION


def marks_rates(source: FigureSource) -> bool:
    """Whether any row's number is the suggested rate."""
    return any(shows_suggestion(source, row) for row in source.artefact.rows)


def mark_rates(
    panel: Axes, source: FigureSource, row: RowRecord, curve: pd.Series, key: Series | None
) -> list[str]:
    """Mark the suggested rate, the median over runs, and the reported one, each with its value.

    Args:
        panel: where the curve is, with its final limits.
        source: the artefact.
        row: its row.
        curve: loss by learning rate, in rising order of the rates.
        key: the line whose colour the marks have; None where it is the only one.

    Returns:
        What there is to note: that no rate was suggested.
    """
    if not shows_suggestion(source, row):
        return []
    colours = OF_ONE_LINE if key is None else MarkColours(*[look_of(key)["color"]] * 3)
    if row.reported is not None:
        draw_reported(panel, row.reported, colours.reported)
    wanted = {**row.axes, "arm": row.arm}
    suggested = first_number(source.points(**wanted), "median")
    if suggested is None:
        return ["no rate suggested"]
    for rate in single_suggestions(source, wanted):
        panel.plot([rate], [height_at(curve, rate)], color=colours.mean, **SINGLE_RUN)
    draw_suggestion(panel, suggested, height_at(curve, suggested), colours.mean, row.reported)
    return []


def draw_reported(panel: Axes, rate: float, colour: str) -> None:
    """A vertical line with its value above the panel."""
    panel.axvline(rate, color=colour, zorder=1.5, **REPORTED_LINE)
    place = panel.get_xaxis_transform()
    panel.text(rate, 1.02, plain(rate), transform=place, ha="center", va="bottom", fontsize=8)


def draw_suggestion(
    panel: Axes, rate: float, height: float, colour: str, reported: float | None
) -> None:
    """A dot on the curve with its value below it, on the side where there is room and no line of a
    reported rate."""
    panel.plot([rate], [height], color=colour, zorder=4, **DOT)
    across, *line = (
        panel.transAxes.inverted().transform(panel.transData.transform((x, height)))[0]
        for x in (rate, reported)
        if x is not None
    )
    is_right = stands_right(across, *line)
    side, shift = ("left", 6) if is_right else ("right", -6)
    panel.annotate(
        plain(float(f"{rate:.{DIGITS}g}")),
        (rate, height),
        xytext=(shift, -3),
        textcoords="offset points",
        ha=side,
        va="top",
        fontsize=8,
    )


def stands_right(across: float, line: float | None = None) -> bool:
    """Whether a label stands to the right of its dot: where it has no room to the left, or a line
    stands there and it has room to the right.

    Args:
        across: where the dot is from the left end of the panel (0) to the right one (1).
        line: where a vertical line is.
    """
    crosses = line is not None and across - LABEL_WIDTH <= line <= across
    return across < LABEL_WIDTH or (crosses and across < 1 - LABEL_WIDTH)


def single_suggestions(source: FigureSource, wanted: dict[str, str]) -> list[float]:
    """The suggestions of single runs, where there are several."""
    runs = source.single_runs(**wanted)
    return list(runs[SUGGESTION].dropna()) if SUGGESTION in runs and len(runs) > 1 else []


def height_at(curve: pd.Series, rate: float) -> float:
    """The loss at a rate, between the two nearest points of the curve."""
    return float(np.interp(rate, curve.index.to_numpy(dtype=float), curve.to_numpy(dtype=float)))


def mark_handles(source: FigureSource, lone: bool) -> list[Line2D]:
    """Legend entries for the marks that a figure contains."""
    if not marks_rates(source):
        return []
    colours = OF_ONE_LINE if lone else MarkColours()
    several = len(source.artefact.rows) < len(source.single_runs())
    label = "suggested rate, median" if several else "suggested rate"
    handles = [Line2D([], [], color=colours.mean, label=label, **DOT)]
    if several:
        label = "suggested by a single run"
        style = {**SINGLE_RUN, "color": colours.mean, "linestyle": "none", "label": label}
        handles.append(Line2D([], [], **style))
    if any(row.reported is not None for row in source.artefact.rows):
        handles.append(
            Line2D([], [], color=colours.reported, label="reported rate", **REPORTED_LINE)
        )
    return handles
