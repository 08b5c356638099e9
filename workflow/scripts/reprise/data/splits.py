"""Decoded images and labels of a data set, and what must hold of them."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from reprise.data.sources import Source
from reprise.errors import InputError


@dataclass(frozen=True)
class Splits:
    """A data set's arrays.

    Images are uint8 of shape (images, channels, side, side), values 0..255; labels are int64 of
    shape (images,), values 0..classes - 1.
    """

    train_images: np.ndarray
    train_labels: np.ndarray
    test_images: np.ndarray
    test_labels: np.ndarray


def check_files(source: Source, files: list[Path], meaning: str, count: int) -> None:
    """Compare the number of files with what a layout needs.

    Raises:
        InputError: there are more or fewer.
    """
    if len(files) != count:
        raise InputError(
            f"datasets.{source.name}.files: layout {source.layout} needs {meaning}, "
            f"found {len(files)} files"
        )


def check_labels(source: Source, labels: np.ndarray, where: str) -> None:
    """Compare labels with the number of classes; ``where`` names the file.

    Raises:
        InputError: a label is out of range.
    """
    wrong = np.flatnonzero((labels < 0) | (labels >= len(source.classes)))
    if wrong.size:
        raise InputError(
            f"{where} has label {labels[wrong[0]]} for image {wrong[0]} (counted from 0): "
            f"data set {source.name} has labels 0 to {len(source.classes) - 1}"
        )


def check_count(found: int, expected: int, where: str) -> None:
    """Compare a number of images; ``where`` names the file and the split.

    Raises:
        InputError: the numbers differ.
    """
    if found != expected:
        raise InputError(f"{where} holds {found} images, {expected} are expected")
