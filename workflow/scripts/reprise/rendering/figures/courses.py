"""What changes in the course of runs: several columns of the histories, a panel for each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import LogFormatterSciNotation

from reprise.errors import InputError
from reprise.rendering.figures.histories import Runs, distinct_rows, runs_of
from reprise.rendering.figures.learning_curves import Coordinates, draw_row, usual_series
from reprise.rendering.figures.panels import (
    hide_ticks_without_data,
    limits_for_endings,
    say_nothing_to_draw,
    small_multiples,
)
from reprise.rendering.figures.series import Series, ordered_series, series_handles
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import legend_below
from reprise.rendering.metrics import is_share, metric_label
from reprise.rendering.numbers import plain

NOISE_SCALE = "noise_scale"
NOISE_COLUMNS = ["learning_rate", "momentum", "batch_size"]
VIEW_KEYS = {"series", "x", "log"}


class PlainLogFormatter(LogFormatterSciNotation):
    """Labels the ticks of a logarithmic axis that are labelled usually, as plain numbers."""

    def __call__(self, x: float, pos: int | None = None) -> str:
        return plain(x) if super().__call__(x, pos) else ""


@figure_kinds.register("courses", draws="histories")
def draw_courses(
    source: FigureSource, *, views: list | None = None, lines: list | None = None
) -> Figure:
    """A panel for each view, with a line for each combination of values, the mean over seeds.

    Beside the columns of the histories there is ``noise_scale``, that of SGD: learning rate /
    (1 - momentum) * (N / batch size - 1) for the N training images of a run (Smith, Kindermans,
    Ying and Le, 2018, "Don't decay the learning rate, increase the batch size").

    Args:
        views: mappings of ``series`` (a column), ``x`` (that along the horizontal axis; ``epoch``
            by default) and ``log`` (whether the vertical axis is logarithmic; false by default).
            Training loss and the task's main score of the test images by default.
        lines: axes with a line for each combination; the layout's rows by default.

    Raises:
        InputError: a view has other keys, or a history has no column of one of these names.
    """
    views = views or [{"series": "train_loss"}, {"series": usual_series(source)}]
    wanted = source.axes("rows") if lines is None else list(lines)
    line_axes = source.training_axes(source.varying_axes(wanted))
    keys = ordered_series(source, line_axes)
    figure, drawn = small_multiples(
        len(views), 2 + len(keys) // 3, share_y=False, most_columns=2, panel_height=2.3
    )
    for panel, view in zip(drawn, views, strict=True):
        draw_view(panel, source, keys, line_axes, checked(view, source))
    title = ", ".join(source.artefact.axis_labels(line_axes)) if len(keys) > 1 else None
    legend_below(figure, series_handles(source, line_axes, keys), title=title)
    return figure


def checked(view: Mapping[str, Any], source: FigureSource) -> Mapping[str, Any]:
    """The view with all of its keys.

    Raises:
        InputError: one is unknown, or it shows no series.
    """
    if set(view) - VIEW_KEYS or "series" not in view:
        raise InputError(
            f"{source.study}/{source.artefact.id}: figure.views: expected the keys series, x "
            f"and log in each view, found {', '.join(view)}: correct the view"
        )
    return {"x": "epoch", "log": False, **view}


def draw_view(
    panel: Axes,
    source: FigureSource,
    keys: Sequence[Series],
    line_axes: list[str],
    view: Mapping[str, Any],
) -> None:
    """The lines of one panel."""
    coordinates, shown = Coordinates(view["x"], view["series"], None), []
    for key in keys:
        for runs in runs_of_line(source, line_axes, key, coordinates):
            shown += draw_row(panel, runs, key, coordinates)
    panel.set_xlabel(metric_label(coordinates.x))
    panel.set_ylabel(metric_label(coordinates.series))
    if not panel.lines:
        say_nothing_to_draw(panel)
        hide_ticks_without_data([panel])
        return
    if view["log"]:
        panel.set_yscale("log")
        panel.yaxis.set_major_formatter(PlainLogFormatter())
        panel.yaxis.set_minor_formatter(PlainLogFormatter(minor_thresholds=(1.5, 0.5)))
    panel.margins(x=0.02)
    if is_share(coordinates.series) and (limits := limits_for_endings(shown)):
        panel.set_ylim(*limits)


def runs_of_line(
    source: FigureSource, line_axes: list[str], key: Series, coordinates: Coordinates
) -> Iterator[Runs]:
    """The runs of each row of a line, with the noise scale where that is drawn."""
    noise = coordinates.series == NOISE_SCALE
    columns = NOISE_COLUMNS if noise else [coordinates.series]
    for row in distinct_rows(source, line_axes, key.values, key.arm):
        runs = runs_of(source, row, [coordinates.x, *columns])
        if noise:
            images = row.train_images.run
            runs = Runs(*([with_noise_scale(one, images) for one in kind] for kind in runs))
        yield runs


def with_noise_scale(history: pd.DataFrame, images: int) -> pd.DataFrame:
    """A history with the noise scale of each epoch; ``images`` is the number trained on."""
    step = history["learning_rate"] / (1 - history["momentum"])
    return history.assign(**{NOISE_SCALE: step * (images / history["batch_size"] - 1)})
