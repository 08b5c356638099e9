"""A tree of image files with one folder a class: train/<class>/<file>, test/<class>/<file>."""

import struct
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from reprise.data.archives import members
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count
from reprise.errors import InputError, choose_among

_MODES = {1: "L", 3: "RGB"}

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

# Of each split, the still compressed images by (class folder, file name).
_Tree = dict[str, dict[tuple[str, str], bytes]]


@layouts.register("image-tree")
def decode(source: Source, files: list[Path]) -> Splits:
    """One or more tar or zip archives that together hold the tree, in whatever outer folder.

    Folders have the names of the source's classes, whose order gives the labels. Images are in
    the order of class folder and file name, so that the order in the archive does not matter.
    Formats are those that Pillow reads; hidden files and files outside the tree are passed over.
    """
    if source.channels not in _MODES:
        raise InputError(
            f"datasets.{source.name}.channels must be 1 or 3 for layout image-tree, "
            f"found {source.channels}"
        )
    where = " and ".join(map(str, files))
    tree: _Tree = {"train": {}, "test": {}}
    for archive in files:
        for split, folder, file, content in _images(source, archive):
            tree[split][folder, file] = content
    return Splits(
        *_split(source, tree["train"], source.train_images, f"the folder train of {where}"),
        *_split(source, tree["test"], source.test_images, f"the folder test of {where}"),
    )


def _images(source: Source, archive: Path) -> Iterator[tuple[str, str, str, bytes]]:
    """Split, class folder, file name and content of each image file of an archive."""
    for member in members(archive):
        split, folder, file = ("", "", *member.path.parts)[-3:]
        if split not in ("train", "test") or file.startswith("."):
            continue
        if folder not in source.classes:
            raise InputError(
                f"{archive} holds the folder {split}/{folder}, which is no class of data set "
                f"{source.name}: {choose_among(folder, source.classes)}"
            )
        yield split, folder, file, member.read()


def _split(
    source: Source, images: dict[tuple[str, str], bytes], expected: int, where: str
) -> tuple[np.ndarray, np.ndarray]:
    empty = sorted(set(source.classes) - {folder for folder, _ in images})
    if empty:
        raise InputError(f"{where} needs images of every class and has none of {', '.join(empty)}")
    check_count(len(images), expected, where)
    decoded = np.empty((expected, source.channels, source.pixels, source.pixels), np.uint8)
    labels = np.empty(expected, np.int64)
    for index, (folder, file) in enumerate(sorted(images)):
        place = f"{folder}/{file} in {where}"
        decoded[index] = _pixels(source, images[folder, file], place)
        labels[index] = source.classes.index(folder)
    return decoded, labels


def _pixels(source: Source, content: bytes, place: str) -> np.ndarray:
    """One image as uint8 of shape (channels, side, side)."""
    side = source.pixels
    try:
        with Image.open(BytesIO(content)) as image:
            size = image.size
            # Before decoding: an image of absurd size must not fill the memory.
            if size == (side, side):
                values = np.asarray(image.convert(_MODES[source.channels]))
                return values.reshape(side, side, source.channels).transpose(2, 0, 1)
    except _UNDECODABLE as error:
        raise InputError(f"{place} cannot be decoded as an image") from error
    raise InputError(f"{place} is {size[0]} x {size[1]} pixels, {side} x {side} are expected")
