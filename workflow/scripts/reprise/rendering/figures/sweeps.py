"""Loss against a learning rate that changes during a run, with the rate that the sweep suggests."""

from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reprise.rendering.figures.histories import absences, distinct_rows, mean_and_spread, runs_of
from reprise.rendering.figures.panels import (
    left_panels,
    limits_around,
    say_nothing_to_draw,
    set_title,
    small_multiples,
)
from reprise.rendering.figures.rate_marks import mark_handles, mark_rates, marks_rates
from reprise.rendering.figures.series import (
    Series,
    look_of,
    marks_along,
    named,
    ordered_series,
    series_handles,
)
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import INK, legend_below
from reprise.rendering.metrics import metric_label
from reprise.studies.artefact_records import RowRecord, Values

SMOOTHED, BATCH, UPDATE = "smoothed_loss", "loss", "update"
PALE = {"linewidth": 0.6, "alpha": 0.3}
TAIL = {"linewidth": 0.7, "alpha": 0.7}

ROOM_FOR_REPORTED = 16
"""Points between a panel and its title, in which reported rates are written."""

EXPLOSION = 1.5
"""A curve explodes where it passes this multiple of the most before its lowest point."""

ABOVE_AN_EXPLOSION = 1.15
"""Up to this multiple of the same a panel reaches, so that an explosion is seen to begin."""


BELOW_THE_PANEL = 0.02
"""Share of the losses of single batches that may lie below a panel."""


class Line(NamedTuple):
    """One line of a panel: its row, its mean, and the curves that have to be seen."""

    key: Series
    row: RowRecord
    curve: pd.Series | None = None
    seen: list[pd.Series] | None = None


class Sweep(NamedTuple):
    """What is drawn of every run, and the lines of every panel."""

    source: FigureSource
    series: str
    along: str
    marks: bool
    line_axes: list[str]
    keys: list[Series]

    @property
    def lone(self) -> bool:
        """Whether a panel has one line."""
        return len(self.keys) == 1

    @property
    def with_batches(self) -> bool:
        """Whether the loss of single batches stands behind the line: not behind several."""
        return self.lone and self.series == SMOOTHED

    @property
    def columns(self) -> list[str]:
        """The columns that a history has to have."""
        return [UPDATE, self.along, self.series, *([BATCH] if self.with_batches else [])]


@figure_kinds.register("sweep", draws="histories")
def draw_sweeps(
    source: FigureSource,
    *,
    series: str = SMOOTHED,
    along: str = "learning_rate",
    log: bool = True,
    over: str | None = None,
    marks: bool = True,
) -> Figure:
    """Loss against the learning rate of the same update: the mean over seeds.

    The mean ends where the first run does; from there on single runs are drawn thin. Each panel
    has its own vertical axis, which leaves out the explosion at the end of a sweep.

    Args:
        series: the column that is drawn; the loss of single batches stands pale behind the
            smoothed one.
        along: the column along the horizontal axis.
        log: whether the horizontal axis is logarithmic.
        over: the axis with a line for each value; every other axis makes panels.
        marks: whether rows whose metric is the suggested rate have it marked, and the reported
            one beside it.

    Raises:
        InputError: a history has no column of one of these names.
    """
    line_axes = [over] if over else []
    identities = source.training_axes(source.artefact.axis_ids)
    panel_axes = [identity for identity in identities if identity != over]
    keys = ordered_series(source, line_axes)
    sweep = Sweep(source, series, along, marks, line_axes, keys)
    combinations = source.combinations(panel_axes) or [()]
    figure, panels = small_multiples(len(combinations), 2 + len(keys) // 3, share_y=False)
    pad = ROOM_FOR_REPORTED if marks and marks_rates(source) else None
    for panel, values in zip(panels, combinations, strict=True):
        panel.set_xscale("log" if log else "linear")
        draw_panel(panel, sweep, panel_axes, values)
        set_title(panel, source.artefact.combination_label(panel_axes, values), pad)
    for panel in left_panels(panels):
        panel.set_ylabel(metric_label(series))
    title = ", ".join(source.artefact.axis_labels(line_axes)) if len(keys) > 1 else None
    legend_below(figure, handles_of(sweep), title=title)
    return figure


def draw_panel(panel: Axes, sweep: Sweep, panel_axes: list[str], values: Values) -> None:
    """The lines of one panel, and below its axis what is missing."""
    lines, notes = [], []
    name = partial(named, sweep.source, sweep.line_axes, sweep.keys)
    for key in sweep.keys:
        place = (*key.values, *values)
        for row in distinct_rows(sweep.source, [*sweep.line_axes, *panel_axes], place, key.arm):
            if histories := histories_of(sweep, row):
                lines.append(draw_row(panel, sweep, Line(key, row), histories))
            notes += [name(key, note) for note in absences(sweep.source, row)]
    if limits := visible_range([curve for line in lines for curve in line.seen]):
        panel.set_ylim(*limits)
    else:
        say_nothing_to_draw(panel)
        panel.set(xticks=[], yticks=[])
    for key, row, curve, _ in lines if sweep.marks else []:
        unmarked = mark_rates(panel, sweep.source, row, curve, None if sweep.lone else key)
        notes += [name(key, note) for note in unmarked]
    panel.margins(x=0.02)
    panel.tick_params(axis="x", which="minor", bottom=False)
    panel.set_xlabel("\n".join([metric_label(sweep.along), *notes]))


def histories_of(sweep: Sweep, row: RowRecord) -> list[pd.DataFrame]:
    """The histories of a row's runs, at the updates at which they have what is drawn."""
    runs = runs_of(sweep.source, row, sweep.columns)
    histories = [
        history.dropna(subset=[sweep.along, sweep.series])
        for history in (*runs.finished, *runs.diverged)
    ]
    return [history for history in histories if len(history)]


def draw_row(panel: Axes, sweep: Sweep, line: Line, histories: list[pd.DataFrame]) -> Line:
    """Draw the runs of one row and return the line with its curves."""
    look, seen = look_of(line.key), []
    if sweep.with_batches:
        batches = mean_curve(histories, sweep.along, BATCH)
        panel.plot(batches.index, batches, color=look["color"], **PALE)
        seen.append(batches.clip(lower=batches.quantile(BELOW_THE_PANEL)))
    curve = mean_curve(histories, sweep.along, sweep.series)
    marker = {"marker": ""} if sweep.lone else {"markevery": marks_along(curve, line.key)}
    panel.plot(curve.index, curve, **{**look, "markersize": 4, "linewidth": 1.4, **marker})
    for history in histories if len(histories) > 1 else []:
        rest = history[history[sweep.along] >= curve.index[-1]]
        panel.plot(rest[sweep.along], rest[sweep.series], color=look["color"], **TAIL)
    return line._replace(curve=curve, seen=[curve, *seen])


def mean_curve(histories: list[pd.DataFrame], along: str, series: str) -> pd.Series:
    """The mean over runs of a column, by the learning rate of the same update."""
    rates, _ = mean_and_spread(histories, UPDATE, along)
    values, _ = mean_and_spread(histories, UPDATE, series)
    return pd.Series(values.to_numpy(), index=rates.to_numpy())


def visible_range(curves: list[pd.Series]) -> tuple[float, float] | None:
    """Limits of a panel that show all of its curves but their explosions."""
    finite = [curve[np.isfinite(curve)] for curve in curves]
    seen = [curve[curve <= ceiling(curve)] for curve in finite if len(curve)]
    return limits_around(seen, max(map(ceiling, filter(len, finite)), default=0.0))


def ceiling(curve: pd.Series) -> float:
    """The highest value of a curve that has to be seen."""
    before = curve.iloc[: int(curve.argmin()) + 1].max()
    highest = curve.max()
    return highest if highest <= EXPLOSION * before else ABOVE_AN_EXPLOSION * before


def handles_of(sweep: Sweep) -> list[Line2D]:
    """Legend entries of lines and marks."""
    handles = series_handles(sweep.source, sweep.line_axes, sweep.keys)
    if sweep.with_batches:
        handles.append(Line2D([], [], color=INK, label=metric_label(sweep.series)))
        handles.append(Line2D([], [], color=INK, label="Loss of single batches", **PALE))
    return handles + (mark_handles(sweep.source, sweep.lone) if sweep.marks else [])
