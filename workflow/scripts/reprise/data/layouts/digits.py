"""The handwritten digits that come with scikit-learn: real data that needs no download.

1,797 images of 8 x 8 pixels with grey values 0..16, which
https://archive.ics.uci.edu/dataset/80 names as the test set of its handwritten digits.
"""

from pathlib import Path

import numpy as np

from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_files
from reprise.data.stratification import stratified_split
from reprise.errors import InputError

_LARGEST_VALUE = 16


@layouts.register("digits")
def decode(source: Source, files: list[Path]) -> Splits:
    """No files. The split into training and test images is random, fixed, and stratified."""
    check_files(source, files, "no files", 0)
    digits, labels = read_digits()
    check_count(len(labels), source.train_images + source.test_images, "scikit-learn's load_digits")
    if (source.channels, source.pixels) != (1, digits.shape[1]):
        raise InputError(
            f"datasets.{source.name} must have 1 channel and {digits.shape[1]} pixels for "
            f"layout digits, found {source.channels} and {source.pixels}"
        )
    images = np.rint(digits[:, np.newaxis] * 255).astype(np.uint8)
    train, test = stratified_split(labels, source.train_images, source.test_images)
    return Splits(images[train], labels[train], images[test], labels[test])


def read_digits() -> tuple[np.ndarray, np.ndarray]:
    """All digits (1797, 8, 8) from 0 to 1, which is ink, with their classes (1797,) int64."""
    from sklearn.datasets import load_digits

    digits = load_digits()
    return digits.images / _LARGEST_VALUE, digits.target.astype(np.int64)
