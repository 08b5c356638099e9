"""The lines of a figure: one for each value combination and arm, and how they are told apart."""

from typing import Any, NamedTuple

from matplotlib.lines import Line2D

from reprise.rendering.axes import MAIN_ARM, Values, arms, combination_label, rows_at
from reprise.rendering.figures.source import FigureSource
from reprise.rendering.figures.style import INK, look


class Series(NamedTuple):
    """One line: values along the line axes, the arm, and the index of its colour and marker.

    Arms of the same values share colour and marker; those beyond the main one are hollow.
    """

    values: Values
    arm: str
    index: int


def ordered_series(source: FigureSource, axes: list[str]) -> list[Series]:
    """The lines of a figure in the order of the axis values."""
    return [
        Series(values, arm, index)
        for index, values in enumerate(source.combinations(axes) or [()])
        for arm in arms(source.artefact) or [MAIN_ARM]
        if any(rows_at(source.artefact, axes, values, arm))
    ]


def look_of(series: Series) -> dict[str, Any]:
    """Colour and marker of a line, as arguments of ``plot``."""
    colour, marker = look(series.index)
    fill = colour if series.arm == MAIN_ARM else "none"
    return {"color": colour, "marker": marker, "markerfacecolor": fill}


def series_handles(source: FigureSource, axes: list[str], series: list[Series]) -> list[Line2D]:
    """Legend entries: one for each value combination, then one for each arm beyond the main one.

    A single line needs none.
    """
    first = {line.index: line for line in reversed(series)}
    handles = [
        Line2D(
            [],
            [],
            label=combination_label(source.artefact, axes, line.values),
            **{**look_of(line), "markerfacecolor": look_of(line)["color"]},
        )
        for _, line in sorted(first.items())
    ]
    handles = handles if len(handles) > 1 else []
    others = dict.fromkeys(line.arm for line in series if line.arm != MAIN_ARM)
    return handles + [
        Line2D([], [], color=INK, marker="o", markerfacecolor="none", label=arm) for arm in others
    ]
