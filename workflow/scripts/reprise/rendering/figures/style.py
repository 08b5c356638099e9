"""How figures look: one ink, colours that colour-blind readers tell apart, text as text."""

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import matplotlib
from matplotlib.axis import Axis
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.ticker import LogFormatter

from reprise.data.integrity import write_whole
from reprise.rendering.figures.hover import name_marked_lines, with_values

INK = "#1b1e24"
"""Text, axes and the first series; the report replaces exactly this colour by its text colour."""

COLOURS = (INK, "#0072b2", "#d55e00", "#009e73", "#cc79a7", "#e69f00", "#56b4e9")
"""Okabe and Ito's palette with the ink for its black and without its yellow."""

MARKERS = ("o", "s", "^", "v", "P", "X", "*", "<")
"""As many as are told apart at small size; their number shares no divisor with the colours'."""

WIDTH = 7.2
"""Width of a figure in inches."""

PIXELS_PER_INCH = 200
"""Resolution of the PNG beside each SVG."""

STYLE = {
    "svg.fonttype": "none",
    "svg.hashsalt": "reprise",
    "figure.constrained_layout.h_pad": 0.06,
    "figure.constrained_layout.w_pad": 0.06,
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "axes.titlesize": 9,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.labelsize": 9,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.facecolor": "none",
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.8,
    "axes.unicode_minus": True,
    "figure.facecolor": "none",
    "savefig.facecolor": "none",
    "grid.color": INK,
    "grid.alpha": 0.14,
    "grid.linewidth": 0.6,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.labelcolor": INK,
    "lines.linewidth": 1.5,
    "lines.markersize": 5,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "xtick.labelsize": 8.5,
    "ytick.labelsize": 8.5,
}


class Look(NamedTuple):
    """How one series is told from the others."""

    colour: str
    marker: str


def look(index: int) -> Look:
    """Colour and marker of the series at an index; the first 56 pairs are distinct."""
    return Look(COLOURS[index % len(COLOURS)], MARKERS[index % len(MARKERS)])


@contextmanager
def house_style() -> Iterator[None]:
    """Everything that is drawn or saved inside has the style above."""
    with matplotlib.rc_context(STYLE):
        yield


def legend_columns(labels: list[str], width: float = WIDTH) -> int:
    """How many legend entries fit side by side below a figure of that width in inches."""
    inches_per_character, inches_per_handle = 0.072, 0.5
    longest = max((len(label) for label in labels), default=1)
    fitting = int(width / (longest * inches_per_character + inches_per_handle))
    return max(1, min(len(labels), fitting))


def legend_below(figure: Figure, handles: list, title: str | None = None) -> None:
    """One legend for all panels, below them, so that it covers no data."""
    if not handles:
        return
    labels = [handle.get_label() for handle in handles]
    columns = legend_columns(labels, figure.get_size_inches()[0])
    figure.legend(handles=handles, loc="outside lower center", ncols=columns, title=title)


def take_words_as_they_are(figure: Figure) -> None:
    """Let no dollar sign in the words of a study start a formula, which might not even be one.

    Ticks of logarithmic axes keep theirs, which write powers of ten.
    """
    axes = [axis for panel in figure.axes for axis in (panel.xaxis, panel.yaxis)]
    computed = {id(label) for axis in axes for label in computed_labels(axis)}
    for text in figure.findobj(Text):
        if id(text) not in computed:
            text.set_parse_math(False)


def computed_labels(axis: Axis) -> Iterator[Text]:
    """The labels of the ticks of a logarithmic axis that matplotlib writes itself."""
    if isinstance(axis.get_major_formatter(), LogFormatter):
        for tick in (*axis.get_major_ticks(), *axis.get_minor_ticks()):
            yield from (tick.label1, tick.label2)


def svg_text(figure: Figure, title: str) -> str:
    """A figure as SVG, with exact values on its marks: the same text each time.

    It lays the figure out; what is saved of it later has everything in the same places.
    """
    take_words_as_they_are(figure)
    lines = name_marked_lines(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="svg", metadata={"Date": None, "Creator": None, "Title": title})
    # All stays in its place from here on, since laying out takes a third of the time.
    figure.set_layout_engine("none")
    drawn = round_coordinates(buffer.getvalue().decode("utf-8"))
    return with_values(drawn, figure, lines)


def save_svg(figure: Figure, path: Path, title: str) -> None:
    """Write a figure as SVG, whole or not at all."""
    write_whole(path, svg_text(figure, title))


def save_png(figure: Figure, path: Path) -> None:
    """Write a figure as PNG on white, which viewers with a dark background need."""
    take_words_as_they_are(figure)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=PIXELS_PER_INCH, facecolor="white",
                   metadata={"Software": None})  # fmt: skip
    write_whole(path, buffer.getvalue())


def round_coordinates(svg: str, decimals: int = 2) -> str:
    """Shorten the coordinates of paths; a hundredth of a point is below what a screen shows."""

    def shorten(number: re.Match[str]) -> str:
        return re.sub(r"-?\d+\.\d{3,}", lambda n: f"{float(n[0]):.{decimals}f}", number[0])

    return re.sub(r' (?:d|x|y)="[^"]*"', shorten, svg)
