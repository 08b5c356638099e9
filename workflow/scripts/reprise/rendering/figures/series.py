"""The lines of a figure: one for each value combination and arm, and how they are told apart."""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.lines import Line2D

from reprise.rendering.figures.source import FigureSource
from reprise.rendering.figures.style import INK, look
from reprise.studies.artefact_records import Values
from reprise.studies.rows import DEFAULT_ARM

MARKS_ALONG_A_CURVE = 6
OTHER_ARM = {"markerfacecolor": "none", "linestyle": "-."}


class Series(NamedTuple):
    """One line: values along the line axes, the arm, and the index of its colour and marker.

    Arms of the same values share colour and marker; those beyond the main one are hollow and
    broken.
    """

    values: Values
    arm: str
    index: int


def ordered_series(source: FigureSource, axes: list[str]) -> list[Series]:
    """The lines of a figure in the order of the axis values."""
    return [
        Series(values, arm, index)
        for index, values in enumerate(source.combinations(axes) or [()])
        for arm in source.artefact.arms or [DEFAULT_ARM]
        if any(source.artefact.rows_at(axes, values, arm))
    ]


def series_label(source: FigureSource, axes: list[str], series: Series) -> str:
    """What a line is called: its values, and its arm unless that is the main one."""
    arm = "" if series.arm == DEFAULT_ARM else series.arm
    label = source.artefact.combination_label(axes, series.values)
    return ", ".join(filter(None, [label, arm]))


def look_of(series: Series) -> dict[str, Any]:
    """Colour, marker and dashes of a line, as arguments of ``plot``."""
    colour, marker = look(series.index)
    looks = {"color": colour, "marker": marker}
    return {**looks, **(OTHER_ARM if series.arm != DEFAULT_ARM else {"markerfacecolor": colour})}


def marks_along(curve: pd.Series, series: Series) -> tuple[int, int]:
    """Where a curve has its few markers: first and step, as ``markevery`` of ``plot``.

    Markers of different lines are shifted, so that close lines do not hide each other's.
    """
    every = max(1, len(curve) // MARKS_ALONG_A_CURVE)
    shift = series.index + (0 if series.arm == DEFAULT_ARM else every // 2)
    return shift % every, every


def series_handles(source: FigureSource, axes: list[str], series: list[Series]) -> list[Line2D]:
    """Legend entries: one for each value combination, then one for each arm beyond the main one.

    A single line needs none.
    """
    first = {line.index: line._replace(arm=DEFAULT_ARM) for line in reversed(series)}
    handles = [
        Line2D([], [], label=source.artefact.combination_label(axes, line.values), **look_of(line))
        for _, line in sorted(first.items())
    ]
    handles = handles if len(handles) > 1 else []
    others = dict.fromkeys(line.arm for line in series if line.arm != DEFAULT_ARM)
    return handles + [
        Line2D([], [], color=INK, marker="o", label=arm, **OTHER_ARM) for arm in others
    ]


def named(
    source: FigureSource, axes: list[str], lines: list[Series], line: Series, note: str
) -> str:
    """A note with the line that it is about, where there are several."""
    if len(lines) == 1:
        return note
    return f"{series_label(source, axes, line)}: {note}"
