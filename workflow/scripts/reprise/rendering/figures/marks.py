"""The marks that all figures of results share: what was reported, what was measured."""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from reprise.rendering.figures.source import first_number
from reprise.rendering.figures.style import INK
from reprise.studies.statuses import MISSING

REPORTED = {"marker": "D", "markersize": 6.5, "markerfacecolor": "none", "markeredgewidth": 1.3,
            "label": "reported"}  # fmt: skip
REFERENCE = {"marker": "s", "markersize": 6, "markerfacecolor": "none", "markeredgewidth": 1.0,
             "label": "reference runs, mean"}  # fmt: skip
SINGLE_RUN = {"marker": ".", "markersize": 6, "alpha": 0.7, "markeredgewidth": 0,
              "label": "a single run"}  # fmt: skip


class MarkColours(NamedTuple):
    """Colours of the marks where the lines of a figure do not already have their own."""

    mean: str = INK
    reported: str = INK
    reference: str = INK


IN_INK = MarkColours()


def interval_of(points: pd.DataFrame) -> tuple[float, float] | None:
    """The 95 % prediction interval of a row: where one more run would fall."""
    low, high = first_number(points, "prediction_low"), first_number(points, "prediction_high")
    return None if low is None or high is None else (low, high)


def status_of(points: pd.DataFrame) -> str:
    """Why a row has no mean; a row that the table lacks is missing."""
    if "status" not in points or points.empty:
        return MISSING
    return points["status"].iloc[0] or MISSING


def mark(panel: Axes, x: float | None, y: float | None, colour: str, style: dict[str, Any]) -> None:
    """One mark without a line, if it has a value."""
    if x is not None and y is not None:
        panel.plot([x], [y], linestyle="none", color=colour, zorder=4, **style)


def key_handles(
    table: pd.DataFrame, colours: MarkColours = IN_INK, with_mean: bool = True
) -> list[Line2D]:
    """Legend entries for the marks that a table's figure contains."""
    marks = [
        ("reported", "reported", colours.reported, REPORTED),
        ("reference_mean", "reference runs, mean", colours.reference, REFERENCE),
        ("mean" if with_mean else "", "this run, mean", colours.mean, {"marker": "o"}),
        ("prediction_low", "95 % prediction interval", colours.mean, {"linestyle": "-"}),
    ]
    return [
        Line2D([], [], **{"linestyle": "none", "color": colour, "label": label, **style})
        for column, label, colour, style in marks
        if has_values(table, column)
    ]


def has_values(table: pd.DataFrame, column: str) -> bool:
    """Whether a column exists and has a filled field."""
    return column in table and bool(table[column].notna().any())
