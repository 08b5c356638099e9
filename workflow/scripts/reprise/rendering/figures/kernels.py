"""The kernels of a convolution as pictures."""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from reprise.rendering.figures.histories import (
    absences,
    check_columns,
    distinct_rows,
    run_statuses,
)
from reprise.rendering.figures.panels import say_nothing_to_draw, set_title
from reprise.rendering.figures.series import ordered_series, series_label
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import WIDTH
from reprise.studies.artefact_records import RowRecord
from reprise.studies.statuses import DIVERGED

PLACES, WEIGHT = ["channel", "input", "row", "column"], "weight"
KERNELS_A_LINE = 16
COLOURS_OF_A_PIXEL = 3
TITLE_HEIGHT = 0.35
"""Inches of a title with what is around it."""


class Kernels(NamedTuple):
    """The kernels of one row, or in words why there are none."""

    title: str
    pictures: Sequence[np.ndarray]
    absence: str

    def height(self, columns: int) -> float:
        """Inches from top to bottom."""
        return TITLE_HEIGHT + max(1, math.ceil(len(self.pictures) / columns)) * WIDTH / columns


@figure_kinds.register("kernels")
def draw_kernels(source: FigureSource, *, columns: int = KERNELS_A_LINE) -> Figure:
    """The kernels of each row as its first finished seed left them, enlarged without smoothing.

    Each kernel has its own range: its lowest weight is black, its highest has full intensity. A
    kernel of three inputs has the colors of an image, red first; one of another number of inputs is
    the mean over them in grey.

    Args:
        columns: how many kernels stand side by side.

    Raises:
        InputError: a history lacks one of the columns.
    """
    axes = source.training_axes(source.varying_axes(source.artefact.axis_ids))
    content = [
        kernels_of(source, row, series_label(source, axes, key))
        for key in ordered_series(source, axes)
        for row in distinct_rows(source, axes, key.values, key.arm)
    ]
    heights = [kernels.height(columns) for kernels in content]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    panels = figure.subplots(len(content), 1, height_ratios=heights, squeeze=False)[:, 0]
    for panel, kernels in zip(panels, content, strict=True):
        draw_panel(panel, kernels, columns)
    return figure


def kernels_of(source: FigureSource, row: RowRecord, label: str) -> Kernels:
    """The kernels of a row's first finished seed."""
    statuses = run_statuses(source)
    for seed, folder in row.folders.items():
        history = source.results.history(folder)
        if len(history) and statuses.get(folder) != DIVERGED:
            check_columns(source, folder, history, [*PLACES, WEIGHT])
            title = f"{label} (seed {seed})" if label else f"Seed {seed}"
            return Kernels(title, [picture(kernel) for kernel in weights_of(history)], "")
    return Kernels(label, [], ", ".join(absences(source, row)) or DIVERGED)


def weights_of(history: pd.DataFrame) -> np.ndarray:
    """Weights (channels, inputs, rows, columns), from a table with a row for each."""
    places = history[PLACES].to_numpy(dtype=int) - 1
    weights = np.full(places.max(axis=0) + 1, np.nan)
    weights[tuple(places.T)] = history[WEIGHT].to_numpy(dtype=float)
    return weights


def picture(kernel: np.ndarray) -> np.ndarray:
    """A kernel (inputs, rows, columns) as RGB (rows, columns, 3) from 0 to 1."""
    if len(kernel) != COLOURS_OF_A_PIXEL:
        kernel = np.repeat(kernel.mean(axis=0, keepdims=True), COLOURS_OF_A_PIXEL, axis=0)
    low, high = kernel.min(), kernel.max()
    return np.moveaxis((kernel - low) / ((high - low) or 1.0), 0, -1)


def mosaic(pictures: Sequence[np.ndarray], columns: int) -> np.ndarray:
    """Pictures side by side and in lines, as RGBA, with a transparent pixel between them."""
    height, width, _ = pictures[0].shape
    lines = math.ceil(len(pictures) / columns)
    joined = np.zeros((lines * (height + 1) - 1, columns * (width + 1) - 1, 4))
    for index, pixels in enumerate(pictures):
        top, left = index // columns * (height + 1), index % columns * (width + 1)
        joined[top : top + height, left : left + width] = np.dstack(
            [pixels, np.ones_like(pixels[..., 0])]
        )
    return joined


def draw_panel(panel: Axes, kernels: Kernels, columns: int) -> None:
    """One mosaic without a frame, or why there is none."""
    set_title(panel, kernels.title)
    panel.set(xticks=[], yticks=[])
    panel.grid(visible=False)
    panel.spines[:].set_visible(False)
    if not kernels.pictures:
        say_nothing_to_draw(panel, kernels.absence)
        return
    # Without interpolation the SVG keeps the pixels as they are and tells viewers not to smooth.
    panel.imshow(mosaic(kernels.pictures, columns), interpolation="none")
    panel.set_anchor("NW")
