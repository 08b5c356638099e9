"""Networks as diagrams: every layer with the shape of its output and its parameters."""

import re
from textwrap import wrap
from typing import Any, NamedTuple

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from reprise.rendering.figures.panels import say_nothing_to_draw, set_title
from reprise.rendering.figures.source import FigureSource, figure_kinds, first_number
from reprise.rendering.figures.style import COLOURS, INK, WIDTH
from reprise.rendering.numbers import count, is_number, number
from reprise.studies.statuses import MISSING

NETWORKS_A_LINE = 2
TOTAL = "Total"
"""What the table calls the row of the whole network."""

LINE, GAP, TITLE = 0.18, 0.12, 0.5
"""Inches of a line of text, between two boxes, and of a title with what is around it."""

PADDING, MARGIN = 0.06, 0.1
"""Inches above and below the text in a box, and beside it."""

BASELINE = 0.75
"""Share of a line that is above its baseline."""

CHARACTERS_AN_INCH = 14
FILL = {"facecolor": (*(int(COLOURS[1][at : at + 2], 16) / 255 for at in (1, 3, 5)), 0.12)}
EMPTY = {"facecolor": "none"}


class Layer(NamedTuple):
    """One box: the lines of its name, the shape of its output, and its parameters."""

    name: list[str]
    output: str
    parameters: int

    @property
    def height(self) -> float:
        """Inches from top to bottom."""
        return (len(self.name) + bool(self.parameters)) * LINE + 2 * PADDING


class Network(NamedTuple):
    """One diagram."""

    title: str
    layers: list[Layer]
    total: float | None
    reported: float | None

    @property
    def height(self) -> float:
        """Inches from top to bottom, with the total below the last layer."""
        return sum(layer.height + GAP for layer in self.layers) + 2 * LINE + PADDING


@figure_kinds.register("layers")
def draw_layers(source: FigureSource, *, columns: int = NETWORKS_A_LINE) -> Figure:
    """A diagram for each network from input (top) to output, with its parameters below.

    The table has the columns ``layer``, ``output`` and ``parameters``, in the order of the layers
    and ended by a row ``Total``, which may have a reported number.

    Args:
        columns: how many networks stand side by side.
    """
    columns = max(1, min(columns, len(source.artefact.rows)))
    width = WIDTH / columns - 0.3
    networks = networks_of(source, width)
    lines = [networks[start : start + columns] for start in range(0, len(networks), columns)]
    heights = [max(network.height for network in line) + TITLE for line in lines]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    grid = figure.subplots(len(lines), columns, squeeze=False, height_ratios=heights)
    for panel in grid.flat:
        panel.set_axis_off()
    for panels, line in zip(grid, lines, strict=True):
        for panel, network in zip(panels, line, strict=False):
            draw_network(panel, network, width, max(network.height for network in line))
    return figure


def networks_of(source: FigureSource, width: float) -> list[Network]:
    """The networks of an artefact; one that the table lacks has no layers."""
    artefact, named = source.artefact, source.artefact.arms
    axes = artefact.axis_ids
    networks = []
    for values in source.combinations(axes):
        for arm in named:
            if not any(artefact.rows_at(axes, values, arm)):
                continue
            ending = f", {arm}" if len(named) > 1 else ""
            points = source.points(**dict(zip(axes, values, strict=True)), arm=arm)
            title = artefact.combination_label(axes, values) + ending
            networks.append(network_of(title, points, width))
    return networks


def network_of(title: str, points: pd.DataFrame, width: float) -> Network:
    """A network as its rows of the table describe it."""
    if points.empty:
        return Network(title, [], None, None)
    whole = points["layer"] == TOTAL
    layers = [layer_of(row, width) for _, row in points[~whole].iterrows()]
    total = points[whole]
    return Network(
        title, layers, first_number(total, "parameters"), first_number(total, "reported")
    )


def layer_of(row: pd.Series, width: float) -> Layer:
    """A layer, with its name in lines that leave room for the shape beside them."""
    output = shape(row["output"])
    room = max(10, int(width * CHARACTERS_AN_INCH) - len(output) - 3)
    parameters = int(row["parameters"]) if is_number(row["parameters"]) else 0
    return Layer(wrap(with_times(row["layer"]), room), output, parameters)


def shape(output: Any) -> str:
    """The shape of an output; a table without images has numbers of units only."""
    return number(output, 0) if is_number(output) else with_times(output or "")


def with_times(text: str) -> str:
    """A product as it is printed: ``3×3`` for ``3x3``."""
    return re.sub(r"(?<=\d)( ?)x( ?)(?=\d)", r"\1×\2", text)


def draw_network(panel: Axes, network: Network, width: float, height: float) -> None:
    """Boxes from top to bottom in a panel that is measured in inches."""
    set_title(panel, network.title)
    if not network.layers:
        say_nothing_to_draw(panel, MISSING)
        return
    panel.set_xlim(0, width)
    panel.set_ylim(height, 0)
    top = 0.0
    for layer in network.layers:
        draw_layer(panel, layer, top, width)
        top += layer.height + GAP
        panel.plot([width / 2] * 2, [top - GAP, top], color=INK, linewidth=0.8)
    draw_total(panel, network, top, width)


def draw_layer(panel: Axes, layer: Layer, top: float, width: float) -> None:
    """One box; that of a layer with parameters is filled and says how many they are."""
    style = FILL if layer.parameters else EMPTY
    box = FancyBboxPatch(
        (0, top), width, layer.height, boxstyle="round,pad=0,rounding_size=0.05",
        edgecolor=INK, linewidth=0.8, clip_on=False, **style,
    )  # fmt: skip
    panel.add_patch(box)
    weight = "bold" if layer.parameters else "normal"
    for index, words in enumerate(layer.name):
        write(panel, words, MARGIN, top + PADDING + index * LINE, fontweight=weight)
    write(panel, layer.output, width - MARGIN, top + PADDING, ha="right")
    if layer.parameters:
        below = top + PADDING + len(layer.name) * LINE
        write(panel, count(layer.parameters, "parameter"), MARGIN, below)


def draw_total(panel: Axes, network: Network, top: float, width: float) -> None:
    """The parameters of the whole network, and what was reported of them."""
    if network.total is None:
        return
    words = f"{number(network.total, 0)} parameters in all"
    write(panel, words, width / 2, top, ha="center", fontweight="bold")
    if network.reported is not None:
        words = f"reported: {number(network.reported, 0)}"
        write(panel, words, width / 2, top + LINE, ha="center")


def write(panel: Axes, words: str, x: float, top: float, **style: Any) -> None:
    """One line of words below a height; different letters stand on the same baseline."""
    panel.text(x, top + BASELINE * LINE, words, **{"va": "baseline", "fontsize": 8.5, **style})
