"""A quantity of every layer of a network against epochs, one panel for each network."""

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import MaxNLocator

from reprise.rendering.figures.histories import distinct_rows, finished_runs, mean_and_spread
from reprise.rendering.figures.panels import (
    left_panels,
    say_nothing_to_draw,
    set_title,
    set_x_labels,
    small_multiples,
)
from reprise.rendering.figures.series import (
    Series,
    look_of,
    marks_along,
    ordered_series,
    series_label,
)
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import legend_below
from reprise.rendering.metrics import metric_label
from reprise.studies.rows import DEFAULT_ARM

LAYER, X = "layer", "epoch"


@figure_kinds.register("layer_curves")
def draw_layer_curves(
    source: FigureSource, *, series: str = "relative_gradient_norm", log: bool = True
) -> Figure:
    """A line for each layer, the mean over seeds, and a panel for each row.

    The histories have a row for each ``epoch`` and ``layer``, the layers in the order in which an
    image meets them. All panels share their vertical axis.

    Args:
        series: the column that is drawn.
        log: whether the vertical axis is logarithmic.

    Raises:
        InputError: a history lacks one of the columns.
    """
    axes = source.training_axes(source.varying_axes(source.artefact.axis_ids))
    keys = ordered_series(source, axes)
    content = [runs_and_notes(source, axes, key, [X, LAYER, series]) for key in keys]
    layers = layers_of([run for runs, _ in content for run in runs])
    figure, panels = small_multiples(len(keys), 1 + len(layers) // 6, most_columns=2)
    for panel, key, (runs, _) in zip(panels, keys, content, strict=True):
        panel.set_yscale("log" if log else "linear")
        set_title(panel, series_label(source, axes, key))
        draw_panel(panel, runs, layers, series)
    set_x_labels(panels, metric_label(X), [notes for _, notes in content])
    for panel in left_panels(panels):
        panel.set_ylabel(metric_label(series))
    handles = [Line2D([], [], label=layer, **look_of(line)) for layer, line in layers.items()]
    legend_below(figure, handles)
    return figure


def runs_and_notes(
    source: FigureSource, axes: list[str], key: Series, columns: list[str]
) -> tuple[list[pd.DataFrame], list[str]]:
    """The finished runs of one panel, and what became of the others."""
    rows = distinct_rows(source, axes, key.values, key.arm)
    of_rows = [finished_runs(source, row, columns) for row in rows]
    return [run for runs, _ in of_rows for run in runs], [n for _, notes in of_rows for n in notes]


def layers_of(runs: list[pd.DataFrame]) -> dict[str, Series]:
    """The layers of all networks, those of the deepest first, each with its line."""
    met = [list(run[LAYER].unique()) for run in runs]
    names = dict.fromkeys(name for layers in sorted(met, key=len, reverse=True) for name in layers)
    return {name: Series((name,), DEFAULT_ARM, index) for index, name in enumerate(names)}


def draw_panel(
    panel: Axes, runs: list[pd.DataFrame], layers: dict[str, Series], series: str
) -> None:
    """The lines of one network."""
    for layer, line in layers.items():
        parts = [run[run[LAYER] == layer] for run in runs]
        if not any(map(len, parts)):
            continue
        mean, _ = mean_and_spread(parts, X, series)
        every = marks_along(mean, line)
        panel.plot(mean.index, mean, markersize=4, markevery=every, **look_of(line))
    if not panel.lines:
        say_nothing_to_draw(panel)
    panel.margins(x=0.02)
    panel.xaxis.set_major_locator(MaxNLocator(nbins="auto", integer=True))
