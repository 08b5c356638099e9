"""Accuracy against epochs of the runs behind an artefact: mean over seeds, test and training."""

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reprise.rendering.figures.histories import Runs, distinct_rows, mean_and_spread, runs_of
from reprise.rendering.figures.panels import (
    hide_ticks_without_data,
    left_panels,
    limits_around,
    limits_for_endings,
    say_nothing_to_draw,
    set_title,
    small_multiples,
    stacked_multiples,
)
from reprise.rendering.figures.series import (
    Series,
    look_of,
    marks_along,
    ordered_series,
    series_handles,
)
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import COLOURS, INK, legend_below
from reprise.rendering.metrics import is_share, metric_label
from reprise.studies.artefact_records import Values
from reprise.studies.measure_forms import DEFAULT_METRIC, known_reported_series, main_series
from reprise.studies.statuses import DIVERGED

TEST, VALIDATION, TRAIN, RATE = "test", "validation", "train", "learning_rate"
FAINT = {"linewidth": 0.7, "linestyle": "--"}
CROSS = {"marker": "x", "markersize": 7, "markeredgewidth": 1.6, "linestyle": "none"}


class Coordinates(NamedTuple):
    """Columns of a history: the horizontal one, the solid one, and the faint one or None.

    Nothing is drawn whose horizontal position is below ``start``.
    """

    x: str
    series: str
    faint: str | None
    start: float = 0.0


class Drawing(NamedTuple):
    """Where curves are drawn: panels of the series, and below each a panel of learning rates."""

    figure: Figure
    upper: list[Axes]
    lower: list[Axes]


class CurveContent(NamedTuple):
    """What is drawn: the lines of a panel, the axes behind them, and the columns."""

    source: FigureSource
    keys: list[Series]
    axes: list[str]
    coordinates: Coordinates


@figure_kinds.register("curves", draws="histories")
def draw_curves_of_runs(
    source: FigureSource,
    *,
    lines: list | None = None,
    panels: list | None = None,
    x: str = "epoch",
    series: str | None = None,
    faint: str | None = TRAIN,
    from_epoch: float = 0.0,
    with_learning_rate: bool = False,
) -> Figure:
    """Small multiples of learning curves: a band of one standard deviation where seeds repeat.

    Axes whose values are metrics of the same runs make neither lines nor panels; axes with one
    value do not name lines.

    Args:
        lines: axes with a line for each combination; the layout's rows by default, without the
            first axis where that would be too many lines for a panel.
        panels: axes with a panel for each combination; the layout's columns by default, after that
            first axis.
        x: the column of the histories along the horizontal axis, such as ``updates``.
        series: the column that is drawn solid; by default the main score of test images.
        faint: the column that is drawn thin and dashed, or none; by default the same of training.
        from_epoch: share of the longest run (0 to 1) that is left out, for a closer look at the
            rest.
        with_learning_rate: whether the learning rate is drawn below each panel.

    Raises:
        InputError: a history has no column of one of these names.
    """
    series = series or usual_series(source)
    faint = of_training(series) if faint == TRAIN else faint
    line_axes = source.varying_axes(source.axes("rows") if lines is None else list(lines))
    line_axes = source.training_axes(line_axes)
    panel_axes = source.training_axes(source.axes("columns") if panels is None else list(panels))
    if lines is None and panels is None and too_many_lines(source, line_axes):
        panel_axes, line_axes = [line_axes[0], *panel_axes], line_axes[1:]
    keys = ordered_series(source, line_axes)
    start = from_epoch * longest_run(source, x) if from_epoch else 0.0
    coordinates = Coordinates(x, series, faint, start)
    content = CurveContent(source, keys, [*line_axes, *panel_axes], coordinates)
    combinations = source.combinations(panel_axes) or [()]
    drawing = empty_drawing(len(combinations), 2 + len(keys) // 3, with_learning_rate)
    shown: list[pd.Series] = []
    for panel, values in zip(drawing.upper, combinations, strict=True):
        set_title(panel, source.artefact.combination_label(panel_axes, values))
        shown += draw_panel(panel, content, values)
    for panel, values in zip(drawing.lower, combinations, strict=False):
        draw_rates(panel, content, values)
    name_axes(drawing, coordinates)
    hide_ticks_without_data([*drawing.upper, *drawing.lower])
    set_limits(drawing.upper, shown, coordinates)
    title = ", ".join(source.artefact.axis_labels(line_axes)) if len(keys) > 1 else None
    handles = series_handles(source, line_axes, keys) + style_handles(content)
    legend_below(drawing.figure, handles, title=title)
    return drawing.figure


def of_training(series: str) -> str | None:
    """The column of training that belongs to one of test or validation images; None for others."""
    part, _, score = series.partition("_")
    return f"{TRAIN}_{score}" if part in (TEST, VALIDATION) else None


def usual_series(source: FigureSource) -> str:
    """The main score of test images by the first run that there is; without any the artefact's own
    metric, or the usual one where that is no column."""
    of_rows = (runs_of(source, row, []) for row in source.artefact.rows)
    first = next((run for kinds in of_rows for kind in kinds for run in kind), None)
    metric = source.artefact.metric
    own = metric if metric in known_reported_series() else DEFAULT_METRIC
    return own if first is None else main_series(first.columns) or own


def too_many_lines(source: FigureSource, line_axes: list[str]) -> bool:
    """Whether some lines of a panel would share a colour, and one of the axes can make panels
    instead. Rows that are not drawn count too, lest a part be laid out otherwise than the whole."""
    values = [len(source.artefact.axis(identity).values) for identity in line_axes]
    return len(line_axes) > 1 and prod(values) > len(COLOURS)


def longest_run(source: FigureSource, x: str) -> float:
    """The last horizontal position that any run reached; 0 without a run."""
    rows = source.artefact.rows
    runs = [run for row in rows for kind in runs_of(source, row, [x]) for run in kind]
    return max((float(run[x].max()) for run in runs), default=0.0)


def empty_drawing(count: int, legend_lines: int, with_learning_rate: bool) -> Drawing:
    """The panels, before anything is drawn."""
    if with_learning_rate:
        return Drawing(*stacked_multiples(count, legend_lines))
    figure, panels = small_multiples(count, legend_lines)
    return Drawing(figure, panels, [])


def name_axes(drawing: Drawing, coordinates: Coordinates) -> None:
    """Labels and whole-numbered ticks; the lowest panels carry the horizontal label."""
    for panel in (*drawing.upper, *drawing.lower):
        panel.margins(x=0.02)
    for panel in drawing.lower or drawing.upper:
        panel.set_xlabel(metric_label(coordinates.x))
        panel.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
    for panel in left_panels(drawing.upper):
        panel.set_ylabel(metric_label(coordinates.series))
    for panel in left_panels(drawing.lower):
        panel.set_ylabel(metric_label(RATE))


def draw_panel(panel: Axes, content: CurveContent, values: Values) -> list[pd.Series]:
    """Draw the curves of one panel and return those that have to be seen."""
    shown, coordinates = [], content.coordinates
    columns = [coordinates.series, *filter(None, [coordinates.faint])]
    for key, runs in runs_in_panel(content, values, columns):
        shown += draw_row(panel, runs, key, coordinates)
    if not panel.lines:
        say_nothing_to_draw(panel)
    return shown


def runs_in_panel(
    content: CurveContent, values: Values, columns: list[str]
) -> Iterator[tuple[Series, Runs]]:
    """Each line of a panel with its runs, as far as they are to be seen."""
    x, start = content.coordinates.x, content.coordinates.start
    for key in content.keys:
        place = (*key.values, *values)
        for row in distinct_rows(content.source, content.axes, place, key.arm):
            runs = runs_of(content.source, row, [x, *columns])
            yield key, Runs(*(from_start(histories, x, start) for histories in runs))


def from_start(histories: list[pd.DataFrame], x: str, start: float) -> list[pd.DataFrame]:
    """The part of each history that is not before ``start``; none of one that ended before."""
    parts = [history[history[x] >= start] for history in histories]
    return [part for part in parts if len(part)]


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


def draw_mean(panel: Axes, mean: pd.Series, spread: pd.Series, key: Series) -> None:
    """The mean with a few markers, in a band of one standard deviation."""
    look, every = look_of(key), marks_along(mean, key)
    panel.plot(mean.index, mean, linewidth=1.4, markersize=4, markevery=every, **look)
    if spread.notna().any():
        panel.fill_between(
            mean.index, mean - spread, mean + spread, color=look["color"], alpha=0.15, linewidth=0
        )


def draw_diverged(panel: Axes, run: pd.DataFrame, key: Series, coordinates: Coordinates) -> None:
    """A run that diverged, dotted, with a cross below the epoch at which it ended."""
    x, colour = run[coordinates.x], look_of(key)["color"]
    panel.plot(x, run[coordinates.series], color=colour, linewidth=0.8, linestyle=":")
    edge = panel.get_xaxis_transform()
    panel.plot(x.tail(1), [0], color=colour, transform=edge, clip_on=False, **CROSS)


def draw_rates(panel: Axes, content: CurveContent, values: Values) -> None:
    """The mean learning rate of each line, in the colours of the panel above."""
    for key, runs in runs_in_panel(content, values, [RATE]):
        if histories := runs.finished or runs.diverged:
            rate, _ = mean_and_spread(histories, content.coordinates.x, RATE)
            every = marks_along(rate, key)
            panel.plot(
                rate.index, rate, linewidth=1.1, markersize=3, markevery=every, **look_of(key)
            )


def set_limits(panels: list[Axes], shown: list[pd.Series], coordinates: Coordinates) -> None:
    """One pair of limits for all panels; shares leave out the part in which they rise."""
    limits = None
    if coordinates.start:
        limits = limits_around(shown)
    elif is_share(coordinates.series):
        top = max((panel.dataLim.ymax for panel in panels if panel.lines), default=100.0)
        limits = limits_for_endings(shown, top)
    if limits:
        panels[0].set_ylim(*limits)


def style_handles(content: CurveContent) -> list[Line2D]:
    """Legend entries that say what solid and dashed lines and crosses are; none for solid alone."""
    coordinates = content.coordinates
    handles = [Line2D([], [], color=INK, label=metric_label(coordinates.series, ""))]
    if coordinates.faint:
        label = metric_label(coordinates.faint, "")
        handles.append(Line2D([], [], color=INK, label=label, **FAINT))
    if DIVERGED in set(content.source.runs.get("status", [])):
        handles.append(Line2D([], [], color=INK, label="a run diverged", **CROSS))
    return handles if len(handles) > 1 else []
