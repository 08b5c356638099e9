"""Exact values on the marks of a figure: what a reader sees who points at one."""

import re
from collections.abc import Iterator
from xml.sax.saxutils import escape

import numpy as np
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.ticker import FixedLocator

from reprise.rendering.numbers import MINUS

GROUP = "values-"
"""How the ids of groups of marks start in an SVG."""

TOKENS = re.compile(rf'<g id="{GROUP}(\d+)">|<g[ >]|</g>|<use [^>]*/>')
PLACE = re.compile(r' ([xy])="([^"]*)"')
POINTS_PER_INCH = 72
NEAR = 0.5
"""Points by which a mark may be off the place of its value, since places are rounded."""


def name_marked_lines(figure: Figure) -> list[Line2D]:
    """Give each line with marks an id by which it is found in the SVG; the lines in that order."""
    lines = [
        line
        for panel in figure.axes
        for line in panel.lines
        if line.get_marker() not in ("None", "none", None, "", " ")
    ]
    for number, line in enumerate(lines):
        line.set_gid(f"{GROUP}{number}")
    return lines


def with_values(svg: str, figure: Figure, lines: list[Line2D]) -> str:
    """An SVG whose marks have titles with their values.

    Args:
        svg: the figure as it was drawn.
        lines: from ``name_marked_lines``.
    """
    return "".join(pieces(svg, figure, lines))


def pieces(svg: str, figure: Figure, lines: list[Line2D]) -> Iterator[str]:
    """The text in pieces, a title inside each mark of a named group."""
    line, depth, end = None, 0, 0
    for token in TOKENS.finditer(svg):
        yield svg[end : token.start()]
        end = token.end()
        if token[1]:
            line, depth = MarkedLine(figure, lines[int(token[1])]), 0
        elif token[0].startswith("<g"):
            depth += 1
        elif token[0] == "</g>":
            line, depth = (line, depth - 1) if depth else (None, 0)
        elif line and (title := line.title_at(token[0])):
            yield f"{token[0][:-2]}><title>{escape(title)}</title></use>"
            continue
        yield token[0]
    yield svg[end:]


class MarkedLine:
    """A line with the places of its values in the SVG, in points from the upper left corner."""

    def __init__(self, figure: Figure, line: Line2D) -> None:
        self.line = line
        self.values = np.asarray(line.get_xydata(), float)
        shown = line.get_transform().transform(self.values) * POINTS_PER_INCH / figure.dpi
        height = figure.get_figheight() * POINTS_PER_INCH
        self.places = np.column_stack([shown[:, 0], height - shown[:, 1]])

    def title_at(self, use: str) -> str:
        """What the mark of a ``use`` element stands for; empty where no value lies there."""
        place = {name: float(value) for name, value in PLACE.findall(use)}
        if len(place) < 2 or not len(self.places):
            return ""
        distances = np.abs(self.places - [place["x"], place["y"]]).max(axis=1)
        distances[np.isnan(distances)] = np.inf
        nearest = int(distances.argmin())
        if distances[nearest] > NEAR:
            return ""
        x, y = self.values[nearest]
        panel, label = self.line.axes, self.line.get_label()
        said = f"{written(panel.xaxis, x)}, {written(panel.yaxis, y)}"
        return said if label.startswith("_") else f"{label}: {said}"


def written(axis: Axis, value: float) -> str:
    """A value with what its axis calls it; a named place by its name alone."""
    locator = axis.get_major_locator()
    if isinstance(locator, FixedLocator) and value in locator.locs:
        place = list(locator.locs).index(value)
        if named := axis.get_major_formatter()(value, place):
            return named
    number = f"{value:.6g}".replace("-", MINUS)
    name = axis.get_label_text().split("\n")[0]
    return f"{name} {number}" if name else number
