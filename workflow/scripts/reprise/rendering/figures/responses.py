"""What the runs of a probe found along a column of their points: one line for each row."""

from collections.abc import Sequence
from itertools import product
from typing import NamedTuple

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.histories import absences, distinct_rows, mean_and_spread, runs_of
from reprise.rendering.figures.learning_curves import draw_mean
from reprise.rendering.figures.panels import say_nothing_to_draw, set_title, small_multiples
from reprise.rendering.figures.series import Series, named, ordered_series, series_handles
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import legend_below
from reprise.rendering.metrics import metric_label
from reprise.studies.artefact_records import Values


class Response(NamedTuple):
    """What is drawn: the lines of a panel, the axes of lines and of panels, and the columns."""

    source: FigureSource
    keys: list[Series]
    line_axes: list[str]
    panel_axes: list[str]
    x: str


@figure_kinds.register("responses")
def draw_responses(
    source: FigureSource,
    *,
    x: str = "alpha",
    series: str | Sequence = ("test_accuracy", "test_loss"),
    lines: list | None = None,
    panels: list | None = None,
    log: bool = False,
) -> Figure:
    """Columns of a probe's points against another: means over seeds, one line for each row.

    Lines lie in a band of one standard deviation where seeds repeat; points that not all seeds
    have are left out. Each panel has its own vertical axis. Runs that diverged have no points.

    Args:
        x: the column along the horizontal axis.
        series: the column that is drawn, or several, a panel for each, side by side.
        lines: axes with a line for each combination; the layout's rows by default.
        panels: axes with a row of panels for each combination; the layout's columns by default.
        log: whether the horizontal axis is logarithmic.

    Raises:
        InputError: the points have no column of one of these names.
    """
    line_axes = source.varying_axes(source.axes("rows") if lines is None else list(lines))
    line_axes = source.training_axes(line_axes)
    panel_axes = source.training_axes(source.axes("columns") if panels is None else list(panels))
    keys = ordered_series(source, line_axes)
    response = Response(source, keys, line_axes, panel_axes, x)
    columns = [series] if isinstance(series, str) else list(series)
    places = list(product(source.combinations(panel_axes) or [()], columns))
    figure, drawn = small_multiples(
        len(places), 2 + len(keys) // 3, share_y=False, most_columns=max(2, len(columns))
    )
    for panel, (values, column) in zip(drawn, places, strict=True):
        panel.set_xscale("log" if log else "linear")
        set_title(panel, source.artefact.combination_label(panel_axes, values))
        draw_panel(panel, response, values, column)
    title = ", ".join(source.artefact.axis_labels(line_axes)) if len(keys) > 1 else None
    legend_below(figure, series_handles(source, line_axes, keys), title=title)
    return figure


def draw_panel(panel: Axes, response: Response, values: Values, column: str) -> None:
    """The lines of one column, and below the axis what is missing."""
    source, notes = response.source, []
    axes = [*response.line_axes, *response.panel_axes]
    for key in response.keys:
        for row in distinct_rows(source, axes, (*key.values, *values), key.arm):
            if runs := runs_of(source, row, [response.x, column]).finished:
                draw_mean(panel, *mean_and_spread(runs, response.x, column), key)
            notes += [
                named(source, response.line_axes, response.keys, key, note)
                for note in absences(source, row)
            ]
    if not panel.lines:
        say_nothing_to_draw(panel)
        panel.set(xticks=[], yticks=[])
    panel.margins(x=0.04)
    panel.set_ylabel(metric_label(column))
    panel.set_xlabel("\n".join([metric_label(response.x), *notes]))
