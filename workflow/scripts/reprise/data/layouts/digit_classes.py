"""The handwritten digits of some classes, so that a network may learn some and go on to others."""

from pathlib import Path

import numpy as np

from reprise.data.layouts.digits import read_digits
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_files
from reprise.data.stratification import stratified_split
from reprise.errors import InputError


@layouts.register("digit-classes")
def decode(source: Source, files: list[Path]) -> Splits:
    """No files. The classes are names of digits; the split is random, fixed, and stratified."""
    check_files(source, files, "no files", 0)
    digits, classes = read_digits()
    unknown = sorted(set(source.classes) - set(map(str, range(10))))
    if unknown or (source.channels, source.pixels) != (1, digits.shape[1]):
        raise InputError(
            f"datasets.{source.name}: expected classes among the digits 0 to 9, 1 channel and "
            f"{digits.shape[1]} pixels, found {unknown or list(source.classes)}, "
            f"{source.channels} and {source.pixels}"
        )
    chosen = np.isin(classes, [int(name) for name in source.classes])
    labels = np.array([source.classes.index(str(digit)) for digit in classes[chosen]])
    check_count(len(labels), source.train_images + source.test_images, "these digits")
    images = np.rint(digits[chosen, np.newaxis] * 255).astype(np.uint8)
    train, test = stratified_split(labels, source.train_images, source.test_images)
    return Splits(images[train], labels[train], images[test], labels[test])
