"""Decoded images and labels of a data set, and what must hold of them."""

import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import numpy as np

from reprise.data.sources import Source
from reprise.errors import InputError, choose_among

# A sentence that lists more names is one that nobody reads.
_LISTED_NAMES = 20
_BLOCK_IMAGES = 1024
_BYTES = np.dtype(np.uint8)
OBJECT_NUMBERS = 5
"""Of an object of an image: its class, and where its box lies."""


@dataclass(frozen=True)
class ImageStream:
    """Images that are decoded while they are written, so that they need not fit into the memory.

    Attributes:
        shape: (images, channels, side, side).
        blocks: gives them anew at every call, as uint8 arrays (some, channels, side, side).
    """

    shape: tuple[int, int, int, int]
    blocks: Callable[[], Iterable[np.ndarray]]


@dataclass(frozen=True)
class RowStream(ImageStream):
    """Labels or sequences likewise: an array of any shape and type, whose first axis counts rows.

    Attributes:
        dtype: of the array.
    """

    shape: tuple[int, ...]
    dtype: np.dtype = _BYTES


def image_blocks(images: np.ndarray | ImageStream) -> Iterator[np.ndarray]:
    """The images or other rows in order, as arrays of a thousand or fewer."""
    for block in images.blocks() if isinstance(images, ImageStream) else (images,):
        for start in range(0, len(block), _BLOCK_IMAGES):
            yield block[start : start + _BLOCK_IMAGES]


@dataclass(frozen=True)
class Splits:
    """A data set's arrays.

    Images are uint8 of shape (images, channels, side, side), values 0..255. A text has sequences in
    their place, uint8 or, of more than 256 classes, int32 of shape (sequences, length), values
    0..classes - 1. Labels are int64 of shape (images,), values 0..classes - 1; where there is one
    for each pixel or token they have the type of the images and the shape (images, side, side) or
    (sequences, length), and 255 says that a pixel has none.
    Where an image has objects they are float32 of shape (images, objects, 5): the class, 1 to
    classes - 1, and left, top, right and bottom of the box as shares of the image's sides. A class
    with a minus is that of a region which is a crowd of such objects. Where an image has fewer
    objects than another, the last ones are zeros.
    Layouts may give streams in place of images, and a ``RowStream`` in place of labels.
    """

    # Kept runs of probes rest on these lines, by their fingerprints.
    train_images: np.ndarray | ImageStream
    train_labels: np.ndarray
    test_images: np.ndarray | ImageStream
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


def check_count(found: int, expected: int, where: str, names: Iterable[str] = ()) -> None:
    """Compare a number of images; ``where`` names the file and the split.

    Args:
        names: of the files that were counted, where any file counts.

    Raises:
        InputError: the numbers differ; names the files that do not look like images.
    """
    if found == expected:
        return
    # Here, since prepared data can be read without it.
    from PIL import Image

    known = Image.registered_extensions()
    odd = [name for name in names if PurePosixPath(name).suffix.lower() not in known]
    more = len(odd) - _LISTED_NAMES
    listed = ", ".join(odd[:_LISTED_NAMES]) + (f" and {more} more" if more > 0 else "")
    why = f"; every file counts, and no image by its name is {listed}: remove it" if odd else ""
    raise InputError(f"{where} holds {found} images, {expected} are expected{why}")


def check_equal_shares(source: Source) -> None:
    """See that classes can have the same number of training and of test images.

    Raises:
        InputError: a number is no multiple of the number of classes.
    """
    classes = len(source.classes)
    counts = (source.train_images, source.test_images)
    if any(count < classes or count % classes for count in counts):
        raise InputError(
            f"datasets.{source.name}: train_images and test_images must be multiples of the number "
            f"of classes, {classes}, so that no class is left without, found {counts[0]} and "
            f"{counts[1]}"
        )


def class_label(source: Source, name: str, where: str) -> int:
    """The label of a class by its name; ``where`` says where the name stands.

    Raises:
        InputError: the data set has no such class.
    """
    if name in source.classes:
        return source.classes.index(name)
    # An accent may be a character of its own, as macOS writes it into names.
    composed = [unicodedata.normalize("NFC", known) for known in source.classes]
    if (same := unicodedata.normalize("NFC", name)) in composed:
        return composed.index(same)
    known = f"datasets.{source.name}.classes lists its {len(source.classes)}"
    if len(source.classes) <= _LISTED_NAMES:
        known = choose_among(name, source.classes)
    raise InputError(f"{where} holds {name}, which is no class of data set {source.name}: {known}")


def check_every_class(source: Source, labels: Iterable[int], where: str) -> None:
    """See that there is an image of every class; ``where`` names the split and its files.

    Raises:
        InputError: classes have none.
    """
    present = set(labels)
    missing = [name for label, name in enumerate(source.classes) if label not in present]
    if missing:
        more = len(missing) - _LISTED_NAMES
        listed = ", ".join(missing[:_LISTED_NAMES]) + (f" and {more} more" if more > 0 else "")
        raise InputError(f"{where} needs images of every class and has none of {listed}")
