"""What figures of areas share: the runs behind each area, how it looks, and what is missing."""

from typing import Any, NamedTuple

import pandas as pd
from matplotlib.colors import to_rgba
from matplotlib.patches import Patch

from reprise.rendering.figures.histories import distinct_rows, finished_runs
from reprise.rendering.figures.series import (
    OTHER_ARM,
    Series,
    look_of,
    ordered_series,
    series_label,
)
from reprise.rendering.figures.source import FigureSource
from reprise.studies.artefact_records import Values
from reprise.studies.rows import DEFAULT_ARM

OPACITY = 0.35


class Area(NamedTuple):
    """One area of a panel, and the histories of the runs that make it."""

    key: Series
    histories: list[pd.DataFrame]


class AreaContent(NamedTuple):
    """What is drawn: the axes that make areas and those that make panels."""

    source: FigureSource
    area_axes: list[str]
    panel_axes: list[str]
    keys: list[Series]

    @classmethod
    def of(cls, source: FigureSource, areas: list | None, panels: list | None) -> "AreaContent":
        """Areas by the layout's rows and panels by its columns, unless other axes are given.

        Axes whose values are metrics of the same runs, and axes of one value, name no area.
        """
        wanted = source.axes("rows") if areas is None else list(areas)
        area_axes = source.training_axes(source.varying_axes(wanted))
        panel_axes = source.training_axes(source.axes("columns") if panels is None else panels)
        return cls(source, area_axes, panel_axes, ordered_series(source, area_axes))

    def panels(self) -> list[Values]:
        """Values of the panels."""
        return self.source.combinations(self.panel_axes) or [()]

    def label(self, key: Series) -> str:
        """What an area is called."""
        return series_label(self.source, self.area_axes, key)

    def note(self, key: Series, words: str) -> str:
        """Words about an area, with its name where there are several."""
        return words if len(self.keys) == 1 else f"{self.label(key)}: {words}"


def areas_in(
    content: AreaContent, values: Values, columns: list[str]
) -> tuple[list[Area], list[str]]:
    """The areas of one panel that have a finished run, and what became of other runs.

    Raises:
        InputError: a history lacks one of the columns.
    """
    areas, notes = [], []
    axes = [*content.area_axes, *content.panel_axes]
    for key in content.keys:
        for row in distinct_rows(content.source, axes, (*key.values, *values), key.arm):
            histories, absent = finished_runs(content.source, row, columns)
            areas += [Area(key, histories)] if histories else []
            notes += [content.note(key, words) for words in absent]
    return areas, notes


def area_look(key: Series) -> dict[str, Any]:
    """Filling and outline of an area, as arguments of a patch; another arm is hollow."""
    colour = look_of(key)["color"]
    outline = {"edgecolor": colour, "linewidth": 1.0}
    if key.arm != DEFAULT_ARM:
        return {**outline, "facecolor": "none", "linestyle": OTHER_ARM["linestyle"]}
    return {**outline, "facecolor": to_rgba(colour, OPACITY)}


def area_handles(content: AreaContent) -> list[Patch]:
    """Legend entries; a single area needs none."""
    handles = [Patch(label=content.label(key), **area_look(key)) for key in content.keys]
    return handles if len(handles) > 1 else []
