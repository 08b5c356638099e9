"""Values by category: what runs gave, with its interval, beside what was reported."""

from collections.abc import Callable
from typing import Any

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from reprise.rendering.figures.marks import (
    REFERENCE,
    REPORTED,
    SINGLE_RUN,
    MarkColours,
    interval_of,
    key_handles,
    mark,
    status_of,
)
from reprise.rendering.figures.panels import left_panels, set_title, small_multiples
from reprise.rendering.figures.source import FigureSource, figure_kinds, first_number
from reprise.rendering.figures.style import COLOURS, legend_below
from reprise.rendering.metrics import artefact_label
from reprise.studies.artefact_records import Values
from reprise.studies.rows import DEFAULT_ARM

ROW_HEIGHT = 0.3
MARK_COLOURS = MarkColours(mean=COLOURS[1], reported=COLOURS[2], reference=COLOURS[3])

Category = tuple[Values, str]


@figure_kinds.register("dots")
def draw_dots(
    source: FigureSource, *, categories: list | None = None, panels: list | None = None
) -> Figure:
    """A dot for each mean; the axis of values starts where the values are.

    Args:
        categories: axes whose values stand below each other; the layout's rows by default.
        panels: axes with a panel for each value; the layout's columns by default.
    """
    return draw_categories(source, categories, panels, draw_mean_dot)


@figure_kinds.register("bars")
def draw_bars(
    source: FigureSource, *, categories: list | None = None, panels: list | None = None
) -> Figure:
    """A bar from zero for each mean, for amounts of which a multiple means something."""
    return draw_categories(source, categories, panels, draw_mean_bar)


def draw_mean_dot(panel: Axes, height: int, mean: float) -> None:
    """A filled dot."""
    mark(panel, mean, height, MARK_COLOURS.mean, {"marker": "o", "markersize": 6})


def draw_mean_bar(panel: Axes, height: int, mean: float) -> None:
    """A bar from zero."""
    panel.barh(height, mean, height=0.6, color=MARK_COLOURS.mean, alpha=0.55)


def draw_categories(
    source: FigureSource,
    category_axes: list | None,
    panel_axes: list | None,
    draw_mean: Callable[[Axes, int, float], None],
) -> Figure:
    """One panel for each value combination of ``panel_axes``, categories from top to bottom."""
    rows = source.axes("rows") if category_axes is None else list(category_axes)
    columns = source.axes("columns") if panel_axes is None else list(panel_axes)
    categories = ordered_categories(source, rows)
    combinations = source.combinations(columns) or [()]
    figure, drawn = small_multiples(
        len(combinations),
        legend_lines=2,
        panel_height=ROW_HEIGHT * len(categories) + 0.7,
    )
    for panel, values in zip(drawn, combinations, strict=True):
        set_title(panel, source.artefact.combination_label(columns, values))
        panel.set_xlabel(artefact_label(source.artefact))
        for height, (category, arm) in enumerate(categories):
            if any(source.artefact.rows_at([*rows, *columns], (*category, *values), arm)):
                wanted = dict(zip([*rows, *columns], (*category, *values), strict=True))
                draw_category(panel, height, source, {**wanted, "arm": arm}, draw_mean)
    name_categories(drawn, source, rows, categories)
    legend_below(figure, key_handles(source.table, MARK_COLOURS) + run_handles(source))
    return figure


def ordered_categories(source: FigureSource, axes: list[str]) -> list[Category]:
    """Value combinations with each arm in which one of them is run."""
    return [
        (values, arm)
        for values in source.combinations(axes)
        for arm in source.artefact.arms
        if any(source.artefact.rows_at(axes, values, arm))
    ]


def draw_category(
    panel: Axes,
    height: int,
    source: FigureSource,
    wanted: dict[str, Any],
    draw_mean: Callable[[Axes, int, float], None],
) -> None:
    """Everything that is known of one row of the table, at one height."""
    points = source.points(**wanted)
    mean = first_number(points, "mean")
    if mean is None:
        panel.text(0.02, height, status_of(points), transform=panel.get_yaxis_transform(),
                   va="center", style="italic", fontsize=8)  # fmt: skip
    else:
        if interval := interval_of(points):
            panel.plot(interval, [height, height], color=MARK_COLOURS.mean, linewidth=1.2)
        draw_mean(panel, height, mean)
        for value in single_values(source, wanted):
            mark(panel, value, height + 0.22, MARK_COLOURS.mean, SINGLE_RUN)
    mark(panel, first_number(points, "reference_mean"), height, MARK_COLOURS.reference, REFERENCE)
    mark(panel, first_number(points, "reported"), height, MARK_COLOURS.reported, REPORTED)


def single_values(source: FigureSource, wanted: dict[str, Any]) -> list[float]:
    """The single runs behind a mean, where there are several."""
    runs, metric = source.single_runs(**wanted), source.artefact.metric
    return list(runs[metric].dropna()) if metric in runs and len(runs) > 1 else []


def run_handles(source: FigureSource) -> list[Line2D]:
    """The legend entry of single runs, where they are drawn."""
    if "n" not in source.table or not (source.table["n"] > 1).any():
        return []
    style = {**SINGLE_RUN, "color": MARK_COLOURS.mean, "linestyle": "none"}
    return [Line2D([], [], **style)]


def name_categories(
    panels: list[Axes], source: FigureSource, axes: list[str], categories: list[Category]
) -> None:
    """Category names at the left edge, the first category on top."""
    names = [
        source.artefact.combination_label(axes, values)
        + ("" if arm == DEFAULT_ARM else f" ({arm})")
        for values, arm in categories
    ]
    for panel in panels:
        panel.grid(axis="y", visible=False)
        panel.margins(x=0.12)
        panel.locator_params(axis="x", nbins=8 if len(panels) == 1 else 4)
    for panel in left_panels(panels):
        panel.set_yticks(range(len(names)), names)
        panel.set_ylim(len(names) - 0.4, -0.6)
