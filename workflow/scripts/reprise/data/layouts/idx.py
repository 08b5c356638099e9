"""The IDX format of MNIST, plain or compressed with gzip.

Format: http://yann.lecun.com/exdb/mnist/ ("The IDX file format"): two zero bytes, a type (8 is
unsigned byte), the number of dimensions, each dimension as a big-endian 32-bit number, the data.
"""

import struct
from pathlib import Path

import numpy as np

from reprise.data.archives import decompressed
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_files, check_labels
from reprise.errors import InputError

_UNSIGNED_BYTE = 8


@layouts.register("idx")
def decode(source: Source, files: list[Path]) -> Splits:
    """Four files in this order: training images, training labels, test images, test labels."""
    check_files(source, files, "training images and labels, then test images and labels", 4)
    if source.channels != 1:
        raise InputError(
            f"datasets.{source.name}.channels must be 1 for layout idx, found {source.channels}"
        )
    train_images, train_labels = _split(source, *files[:2], source.train_images)
    test_images, test_labels = _split(source, *files[2:], source.test_images)
    return Splits(train_images, train_labels, test_images, test_labels)


def _split(
    source: Source, images_file: Path, labels_file: Path, count: int
) -> tuple[np.ndarray, np.ndarray]:
    images = read_idx(images_file, (count, source.pixels, source.pixels))
    labels = read_idx(labels_file, (count,)).astype(np.int64)
    check_labels(source, labels, str(labels_file))
    return images[:, np.newaxis], labels


def read_idx(path: Path, shape: tuple[int, ...]) -> np.ndarray:
    """An array of unsigned bytes.

    Raises:
        InputError: the file is of another format, type or shape, or is damaged.
    """
    start = struct.pack(">HBB", 0, _UNSIGNED_BYTE, len(shape))
    header_size = len(start) + 4 * len(shape)
    size = int(np.prod(shape))
    content = decompressed(path, limit=header_size + size)
    if content[: len(start)] != start:
        raise InputError(
            f"{path} must be an IDX file of unsigned bytes in {len(shape)} dimensions, which "
            f"starts with {start.hex()}, but starts with {content[: len(start)].hex() or 'nothing'}"
        )
    found = struct.unpack(
        f">{len(shape)}I", content[len(start) : header_size].ljust(4 * len(shape), b"\0")
    )
    if found != shape:
        raise InputError(f"{path} holds an array of {_times(found)}, {_times(shape)} is expected")
    data = np.frombuffer(content, np.uint8, offset=header_size)
    if data.size != size:
        finding = "more" if data.size > size else f"{data.size}"
        raise InputError(f"{path} holds {finding} bytes of data, {size} are expected")
    return data.reshape(shape)


def _times(shape: tuple[int, ...]) -> str:
    return " x ".join(map(str, shape))
