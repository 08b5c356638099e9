"""Accuracy against epochs of the runs behind an artefact: mean over seeds, test and training."""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reprise.rendering.axes import axis_labels, combination_label, rows_at
from reprise.rendering.figures.panels import (
    left_panels,
    limits_for_endings,
    say_nothing_to_draw,
    set_title,
    small_multiples,
)
from reprise.rendering.figures.registry import figure_kinds
from reprise.rendering.figures.series import Series, look_of, ordered_series, series_handles
from reprise.rendering.figures.source import FigureSource
from reprise.rendering.figures.style import INK, legend_below
from reprise.rendering.metrics import metric_label

TEST, TRAIN = "test_accuracy", "train_accuracy"
MARKS_ALONG_A_CURVE = 6
FAINT = {"linewidth": 0.7, "linestyle": "--"}
DIVERGED = {"marker": "x", "markersize": 7, "markeredgewidth": 1.6, "linestyle": "none"}


class Coordinates(NamedTuple):
    """Columns of a history: the horizontal one, the solid one, and the faint one or None."""

    x: str
    series: str
    faint: str | None


class Runs(NamedTuple):
    """Histories behind one row: those of finished runs, and of those that diverged."""

    finished: list[pd.DataFrame]
    diverged: list[pd.DataFrame]


@figure_kinds.register("curves")
def draw_curves_of_runs(
    source: FigureSource,
    *,
    lines: list | None = None,
    panels: list | None = None,
    x: str = "epoch",
    series: str = TEST,
    faint: str | None = TRAIN,
) -> Figure:
    """Small multiples of learning curves: a band of one standard deviation where seeds repeat.

    Args:
        lines: axes with a line for each combination; the layout's rows by default.
        panels: axes with a panel for each combination; the layout's columns by default.
        x: the column of the histories along the horizontal axis, such as ``updates``.
        series: the column that is drawn solid.
        faint: the column that is drawn thin and dashed, or none.
    """
    coordinates = Coordinates(x, series, faint)
    line_axes = source.axes("rows") if lines is None else list(lines)
    panel_axes = source.axes("columns") if panels is None else list(panels)
    keys = ordered_series(source, line_axes)
    combinations = source.combinations(panel_axes) or [()]
    figure, drawn = small_multiples(len(combinations), legend_lines=2 + len(keys) // 3)
    shown: list[pd.Series] = []
    for panel, values in zip(drawn, combinations, strict=True):
        set_title(panel, combination_label(source.artefact, panel_axes, values))
        panel.set_xlabel(metric_label(x))
        panel.margins(x=0.02)
        panel.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
        axes = [*line_axes, *panel_axes]
        for key in keys:
            for row in rows_at(source.artefact, axes, (*key.values, *values), key.arm):
                shown += draw_row(panel, runs_of(source, row), key, coordinates)
        if not panel.lines:
            say_nothing_to_draw(panel)
    limit_heights(drawn, shown, series)
    for panel in left_panels(drawn):
        panel.set_ylabel(metric_label(series))
    legend_below(
        figure,
        series_handles(source, line_axes, keys) + style_handles(source, coordinates),
        title=", ".join(axis_labels(source.artefact, line_axes)) if len(keys) > 1 else None,
    )
    return figure


def runs_of(source: FigureSource, row: dict[str, Any]) -> Runs:
    """The histories of a row's runs; runs without one are left out."""
    statuses = dict(zip(source.runs.get("folder", []), source.runs.get("status", []), strict=True))
    runs = Runs([], [])
    for folder in row.get("folders", {}).values():
        history = source.results.history(folder)
        if len(history):
            diverged = statuses.get(folder) == "diverged"
            (runs.diverged if diverged else runs.finished).append(history)
    return runs


def draw_row(panel: Axes, runs: Runs, key: Series, coordinates: Coordinates) -> list[pd.Series]:
    """Draw the runs of one row and return the curves that have to be seen: not the diverged."""
    shown = []
    if runs.finished:
        mean, spread = mean_and_spread(runs.finished, coordinates.x, coordinates.series)
        if coordinates.faint:
            pale, _ = mean_and_spread(runs.finished, coordinates.x, coordinates.faint)
            panel.plot(pale.index, pale, color=look_of(key)["color"], alpha=0.8, **FAINT)
        draw_mean(panel, mean, spread, key)
        shown.append(mean)
    for run in runs.diverged:
        draw_diverged(panel, run, key, coordinates)
    return shown


def mean_and_spread(
    histories: list[pd.DataFrame], x: str, series: str
) -> tuple[pd.Series, pd.Series]:
    """Mean and sample standard deviation over runs at each position that all runs have."""
    columns = [history.set_index(x)[series] for history in histories]
    together = pd.concat(columns, axis=1, join="inner")
    return together.mean(axis=1), together.std(axis=1)


def draw_mean(panel: Axes, mean: pd.Series, spread: pd.Series, key: Series) -> None:
    """The mean with a few markers, in a band of one standard deviation."""
    # Markers of different lines are shifted, so that close lines do not hide each other's.
    every = max(1, len(mean) // MARKS_ALONG_A_CURVE)
    look = look_of(key)
    panel.plot(
        mean.index, mean, linewidth=1.4, markersize=4, markevery=(key.index % every, every), **look
    )
    if spread.notna().any():
        panel.fill_between(
            mean.index, mean - spread, mean + spread, color=look["color"], alpha=0.15, linewidth=0
        )


def draw_diverged(panel: Axes, run: pd.DataFrame, key: Series, coordinates: Coordinates) -> None:
    """A run that diverged, dotted, with a cross below the epoch at which it ended."""
    x, colour = run[coordinates.x], look_of(key)["color"]
    panel.plot(x, run[coordinates.series], color=colour, linewidth=0.8, linestyle=":")
    edge = panel.get_xaxis_transform()
    panel.plot(x.tail(1), [0], color=colour, transform=edge, clip_on=False, **DIVERGED)


def limit_heights(panels: list[Axes], shown: list[pd.Series], series: str) -> None:
    """One pair of limits for all panels; accuracies leave out the part in which they rise."""
    if not series.endswith("accuracy"):
        return
    top = max((panel.dataLim.ymax for panel in panels if panel.lines), default=100.0)
    if limits := limits_for_endings(shown, top):
        panels[0].set_ylim(*limits)


def style_handles(source: FigureSource, coordinates: Coordinates) -> list[Line2D]:
    """Legend entries that say what solid and dashed lines and crosses are."""
    handles = [Line2D([], [], color=INK, label=metric_label(coordinates.series, ""))]
    if coordinates.faint:
        label = metric_label(coordinates.faint, "")
        handles.append(Line2D([], [], color=INK, label=label, **FAINT))
    if "diverged" in set(source.runs.get("status", [])):
        handles.append(Line2D([], [], color=INK, label="a run diverged", **DIVERGED))
    return handles
