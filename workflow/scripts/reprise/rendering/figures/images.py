"""Example images of data sets, with their classes."""

import base64
import binascii
import io
import math
from textwrap import wrap
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure
from matplotlib.image import imread

from reprise.errors import InputError
from reprise.rendering.figures.histories import absences, check_columns
from reprise.rendering.figures.source import FigureSource, figure_kinds
from reprise.rendering.figures.style import WIDTH
from reprise.rendering.numbers import plain
from reprise.studies.artefact_records import RowRecord
from reprise.studies.run_folders import HISTORY

IMAGES_A_LINE = 10
TITLE_HEIGHT, LABEL_LINE, GAP = 0.3, 0.15, 0.1
"""Inches of a title, of a line of a label, and between lines of images."""

CHARACTERS_AN_INCH = 14


@figure_kinds.register("images")
def draw_images(source: FigureSource, *, columns: int = IMAGES_A_LINE) -> Figure:
    """The example images of each row, enlarged without smoothing, each above its class.

    Args:
        columns: how many images stand side by side.

    Raises:
        InputError: what a run left as an image is not one.
    """
    axes = source.artefact.axis_ids
    rows = source.artefact.rows
    samples = [examples_of(source, row) for row in rows]
    heights = [height_of(sample, columns) for sample in samples]
    figure = Figure(figsize=(WIDTH, sum(heights)), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.02, wspace=0.03, hspace=0)
    parts = figure.subfigures(len(rows), 1, height_ratios=heights, squeeze=False)[:, 0]
    for part, row, sample in zip(parts, rows, samples, strict=True):
        values = row.values(axes)
        title = source.artefact.combination_label(axes, values)
        if len(sample):
            # A scale may train on other data than the study did.
            title += f" (images of {sample['data'].iloc[0]})"
        part.suptitle(title, x=0.004, ha="left", fontsize=9, fontweight="bold")
        if len(sample):
            draw_sample(part, sample, columns)
        else:
            reason = ", ".join(absences(source, row)) or "no image"
            part.text(0.5, 0.4, reason, ha="center", va="center", style="italic")
    return figure


def examples_of(source: FigureSource, row: RowRecord) -> pd.DataFrame:
    """The images of the first run that has some: they do not depend on the seed."""
    for folder in row.folders.values():
        examples = source.results.history(folder)
        if len(examples):
            check_columns(source, folder, examples, ["data", "class", "png"])
            pixels = [decoded(text, f"{folder}/{HISTORY}") for text in examples["png"]]
            return examples.assign(pixels=pixels)
    return pd.DataFrame()


def decoded(text: str, where: str) -> np.ndarray:
    """The pixels of an image, height x width with or without channels, from 0 to 1.

    Raises:
        InputError: the text is not a PNG in base64.
    """
    try:
        return imread(io.BytesIO(base64.b64decode(text, validate=True)), format="png")
    except (binascii.Error, OSError, SyntaxError, TypeError, ValueError):
        raise InputError(
            f"{where}: column 'png' holds PNG images in base64, found {str(text)[:20]!r}: "
            "delete the folder and run its job again"
        ) from None


def height_of(sample: pd.DataFrame, columns: int) -> float:
    """Inches that the images of one data set take from top to bottom."""
    if sample.empty:
        return 2 * TITLE_HEIGHT
    lines = max(len(label_lines(value, columns)) for value in sample["class"])
    a_line = WIDTH / columns + lines * LABEL_LINE + GAP
    return TITLE_HEIGHT + math.ceil(len(sample) / columns) * a_line


def draw_sample(part: SubFigure, sample: pd.DataFrame, columns: int) -> None:
    """Images in lines of equal length; the last line may be shorter."""
    grid = part.subplots(math.ceil(len(sample) / columns), columns, squeeze=False)
    places = list(grid.flat)
    for place, (_, example) in zip(places, sample.iterrows(), strict=False):
        draw_image(place, example["pixels"], label_lines(example["class"], columns))
    for spare in places[len(sample) :]:
        spare.set_axis_off()


def draw_image(place: Axes, pixels: np.ndarray, label: list[str]) -> None:
    """One image without a frame, and its label below it."""
    # Without interpolation the SVG keeps the pixels as they are and tells viewers not to smooth.
    place.imshow(pixels, cmap="gray", vmin=0, vmax=1, interpolation="none")
    place.set_xticks([])
    place.set_yticks([])
    place.spines[:].set_visible(False)
    place.set_anchor("N")
    place.set_xlabel("\n".join(label), fontsize=8, labelpad=2, va="top")


def label_lines(value: Any, columns: int) -> list[str]:
    """A class by its name, or by its number where it has none, no wider than an image."""
    name = plain(value) if isinstance(value, float) else str(value)
    return wrap(name, int(WIDTH / columns * CHARACTERS_AN_INCH))
