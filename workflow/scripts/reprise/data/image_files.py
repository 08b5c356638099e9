"""Image files inside archives, decoded straight into the arrays of a data set."""

import struct
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
from PIL import Image

from reprise.data.archives import members
from reprise.data.image_modes import MODES, eight_bits
from reprise.data.sources import Source
from reprise.data.splits import Splits
from reprise.errors import InputError

Fit = Callable[[Image.Image, int], Image.Image]

# Changed bytes can make Pillow raise any of these.
_UNDECODABLE = (
    ArithmeticError,
    EOFError,
    Image.DecompressionBombError,
    LookupError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
)


class ImageFile(NamedTuple):
    """An image file: its archive and its path there."""

    archive: Path
    path: PurePosixPath


def image_files(archives: list[Path]) -> Iterator[ImageFile]:
    """The files of all archives; hidden ones, which systems leave behind, are passed over."""
    for archive in archives:
        for member in members(archive):
            if not member.path.name.startswith("."):
                yield ImageFile(archive, member.path)


def check_channels(source: Source) -> None:
    """Compare the number of channels with those that image files can be decoded to.

    Raises:
        InputError: it is neither 1 nor 3.
    """
    if source.channels not in MODES:
        raise InputError(
            f"datasets.{source.name}.channels must be 1 or 3 for layout {source.layout}, "
            f"found {source.channels}"
        )


def decode_splits(
    source: Source,
    train: Mapping[ImageFile, int],
    test: Mapping[ImageFile, int],
    fit: Fit | None = None,
) -> Splits:
    """Decode the images of both splits, in the order of the mappings from file to label.

    Layouts first list what archives hold and then decode in a second pass, so that no more than
    one image is in memory beside the arrays. Grey files become color, or color grey, as the
    source's channels ask. Formats are those that Pillow reads.

    Args:
        fit: makes a picture of any size a square of the source's side (see
            ``reprise.data.image_fitting``); None takes only images of that size.

    Raises:
        InputError: a file cannot be decoded, or is of another size.
    """
    shape = (source.channels, source.pixels, source.pixels)
    arrays = [np.empty((len(labels), *shape), np.uint8) for labels in (train, test)]
    rows = dict(zip(chain(train, test), chain(*arrays), strict=True))
    for archive in dict.fromkeys(file.archive for file in rows):
        for member in members(archive):
            row = rows.get(ImageFile(archive, member.path))
            if row is not None:
                place = f"{member.path} in {archive}"
                row[...] = image_pixels(source, member.read(), place, fit)
    return Splits(arrays[0], _labels(train), arrays[1], _labels(test))


def _labels(labels: Mapping[ImageFile, int]) -> np.ndarray:
    return np.fromiter(labels.values(), np.int64, len(labels))


def image_pixels(source: Source, content: bytes, place: str, fit: Fit | None = None) -> np.ndarray:
    """One image file's contents as uint8 of shape (channels, side, side); ``place`` names it.

    Raises:
        InputError: it cannot be decoded, something of it would be lost (see
            ``reprise.data.image_modes``), or it is of another size and there is no ``fit``.
    """
    side = source.pixels
    with opened_image(content, place) as image:
        size = image.size
        # Before decoding: an image of absurd size must not fill the memory.
        if fit is not None or size == (side, side):
            picture = eight_bits(image, source.channels, place)
            if fit is not None:
                picture = fit(picture, side)
            return channels_first(picture)
    raise InputError(f"{place} is {size[0]} x {size[1]} pixels, {side} x {side} are expected")


def annotated_image(
    source: Source, content: bytes, place: str, size: tuple[int, int]
) -> Image.Image:
    """An image file's contents in the mode of the source's channels, as they are stored: masks and
    boxes were drawn on images that were not turned as EXIF says.

    Args:
        size: width and height that an annotation says.

    Raises:
        InputError: it cannot be decoded, or is of another size.
    """
    with opened_image(content, place) as image:
        if image.size != size:
            width, height = image.size
            raise InputError(
                f"{place} is {width} x {height} pixels, and its annotation is for {size[0]} x "
                f"{size[1]}: both must be of one size"
            )
        return image.convert(MODES[source.channels])


def channels_first(picture: Image.Image) -> np.ndarray:
    """A picture of mode L or RGB as uint8 of shape (channels, height, width)."""
    values = np.asarray(picture)
    return values.reshape(*values.shape[:2], -1).transpose(2, 0, 1)


@contextmanager
def opened_image(content: bytes, place: str) -> Iterator[Image.Image]:
    """An image file's contents, decoded as far as the block asks; ``place`` names it.

    Raises:
        InputError: it cannot be decoded.
    """
    try:
        with Image.open(BytesIO(content)) as image:
            yield image
    except InputError:
        raise
    except _UNDECODABLE as error:
        raise InputError(f"{place} cannot be decoded as an image") from error
