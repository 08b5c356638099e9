"""The cropped digits of Street View House Numbers: MATLAB files of images and labels.

Format: http://ufldl.stanford.edu/housenumbers/ ("Format 2"): X of shape (32, 32, 3, images) and y
of shape (images, 1) with labels 1 to 10, where 10 stands for the digit 0.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from reprise.data.layouts.names import layouts
from reprise.data.matlab_files import intact_matlab, matlab_variable
from reprise.data.sources import Source
from reprise.data.splits import ImageStream, Splits, check_count, check_labels
from reprise.errors import InputError


@layouts.register("svhn")
def decode(source: Source, files: list[Path]) -> Splits:
    """Files of training images, in the order in which they are joined, and one of test images.

    The last label of the files stands for the first class. Images are decoded while they are
    written, so that those of one file are in memory at a time.
    """
    if len(files) < 2:
        raise InputError(
            f"datasets.{source.name}.files: layout {source.layout} needs files of training images "
            f"and then one of test images, found {len(files)} files"
        )
    train, test = files[:-1], files[-1:]
    return Splits(
        _images(source, train, source.train_images),
        _labels(source, train),
        _images(source, test, source.test_images),
        _labels(source, test),
    )


def _images(source: Source, files: list[Path], expected: int) -> ImageStream:
    counts = [_image_count(source, file) for file in files]
    check_count(sum(counts), expected, " and ".join(map(str, files)))

    def blocks() -> Iterator[np.ndarray]:
        for file in files:
            yield matlab_variable(file, "X").transpose(3, 2, 0, 1)

    return ImageStream((expected, source.channels, source.pixels, source.pixels), blocks)


def _image_count(source: Source, file: Path) -> int:
    """Number of images, from the file's headers alone."""
    from scipy.io import whosmat

    with intact_matlab(file):
        found = {name: (shape, kind) for name, shape, kind in whosmat(str(file))}
    shape, kind = found.get("X", ((), "nothing"))
    image = (source.pixels, source.pixels, source.channels)
    if shape[:3] != image or len(shape) != 4 or kind != "uint8":
        expected = " x ".join(map(str, image))
        raise InputError(
            f"{file} must hold images X of type uint8 and shape {expected} x images, and holds "
            f"{kind} of shape {' x '.join(map(str, shape)) or 'none'}"
        )
    if found.get("y", ((), ""))[0] != (shape[3], 1):
        raise InputError(f"{file} must hold {shape[3]} labels y, one for each image, and does not")
    return shape[3]


def _labels(source: Source, files: list[Path]) -> np.ndarray:
    labels = []
    for file in files:
        stored = matlab_variable(file, "y").ravel().astype(np.int64)
        labels.append(np.where(stored == len(source.classes), 0, stored))
        check_labels(source, labels[-1], str(file))
    return np.concatenate(labels)
