"""The prepared file: one safetensors file that holds a data set decoded and checked.

It holds the arrays of ``Splits`` and, as metadata under one key, a JSON description. (One key,
because safetensors writes several in an order that changes from run to run, and equal data is to
give equal files.)
"""

import json
import math
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from safetensors import SafetensorError, safe_open

from reprise.data.integrity import replacing, sha256_of
from reprise.data.sources import Source
from reprise.data.splits import OBJECT_NUMBERS, Splits
from reprise.data.tensor_files import write_tensors
from reprise.errors import InputError

_METADATA_KEY = "description"
_ARRAYS = tuple(field.name for field in fields(Splits))
_DESCRIBED = ("name", "variant", "classes", "mean", "std", "checksums")
# Only where images have a margin, so that other data give the files that they gave before this was.
_SEEN = "seen_pixels"
# Only where classes have no names, likewise.
_UNNAMED = "unnamed_classes"
# Inode, size and time of the last change.
FileState = tuple[int, int, int]
_DTYPES = {"U8": np.uint8, "I32": np.int32, "I64": np.int64, "F32": np.float32}
# What the arrays may hold: pixels or tokens; classes of examples or of positions, or objects.
_STORED = {"images": ("U8", "I32"), "labels": ("I64", "U8", "I32", "F32")}


@dataclass(frozen=True)
class PreparedData(Splits):
    """A prepared data set.

    Its arrays are read-only and mapped from the file: memory is used for what is looked at.
    ``checksums`` holds the SHA-256 of each file that the data came from; ``name`` to ``std`` are
    as in ``Source``.
    """

    path: Path
    name: str
    variant: str
    classes: tuple[str, ...]
    mean: tuple[float, ...]
    std: tuple[float, ...]
    checksums: tuple[str, ...]

    @property
    def pixels(self) -> int:
        """Side of an image as it is stored."""
        return self.train_images.shape[2]

    def sha256(self) -> str:
        """SHA-256 of the prepared file (reads all of it)."""
        return sha256_of(self.path)


@dataclass(frozen=True)
class OpenedData(PreparedData):
    """A prepared data set with the state in which its file was opened.

    ``seen_pixels`` is the side of the square at the centre of an image that a network sees, where
    images have a margin around it for random crops; None: the whole image. ``unnamed_classes`` is
    the number of classes that have no names, such as words.
    """

    opened: FileState
    seen_pixels: int | None = None
    unnamed_classes: int = 0

    @property
    def class_count(self) -> int:
        """The number of classes."""
        return len(self.classes) or self.unnamed_classes

    def sha256(self) -> str:
        """SHA-256 of the prepared file (reads all of it).

        Raises:
            InputError: the file was replaced or written to since it was opened.
        """
        digest = super().sha256()
        if self.opened != _state(self.path):
            raise InputError(
                f"{self.path} was expected to stay as it is while a run reads it, and has been "
                "replaced or written to: run again, and leave prepared data alone meanwhile"
            )
        return digest


def write_prepared(source: Source, splits: Splits, destination: Path) -> None:
    """Write a prepared file, whole or not at all; images that are streams are decoded meanwhile.

    Raises:
        InputError: the file cannot be written, or an image of a stream cannot be decoded.
    """
    arrays = {name: getattr(splits, name) for name in _ARRAYS}
    described = {key: getattr(source, key) for key in _DESCRIBED}
    if max(splits.train_images.shape[2:], default=0) > source.pixels:
        described[_SEEN] = source.pixels
    if source.unnamed_classes:
        described[_UNNAMED] = source.unnamed_classes
    metadata = {_METADATA_KEY: json.dumps(described)}
    try:
        with replacing(destination) as partial:
            write_tensors(partial, arrays, metadata)
            # A laboratory shares prepared data.
            partial.chmod(0o644)
    except OSError as error:
        raise InputError(f"{destination} cannot be written: {error}") from error


def open_prepared(path: Path) -> OpenedData:
    """Open a prepared file without reading its arrays.

    Raises:
        InputError: the file is missing, cut short, or not a prepared data set.
    """
    try:
        opened = _state(path)
        with safe_open(path, framework="numpy") as file:
            description = json.loads((file.metadata() or {})[_METADATA_KEY])
        arrays = _mapped_arrays(path)
        data = OpenedData(
            path=path,
            **{key: _frozen(value) for key, value in description.items()},
            **arrays,
            opened=opened,
        )
        _check_shapes(data)
        _check_scale(data)
    except FileNotFoundError as error:
        raise InputError(f"{path} is expected to be a prepared data set and is missing") from error
    except (SafetensorError, OSError, LookupError, TypeError, ValueError) as error:
        raise InputError(
            f"{path} is not a whole prepared data set ({error}): delete it so that it is "
            "prepared again"
        ) from error
    return data


def _state(path: Path) -> FileState:
    status = path.stat()
    return status.st_ino, status.st_size, status.st_mtime_ns


def _frozen(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _mapped_arrays(path: Path) -> dict[str, np.ndarray]:
    """Safetensors would copy whole arrays to memory, so they are mapped by the header's offsets.

    Format: https://github.com/huggingface/safetensors#format (eight bytes with the length of the
    header, the header as JSON, the data to which its offsets refer).
    """
    with path.open("rb") as stream:
        header_size = int.from_bytes(stream.read(8), "little")
        header = json.loads(stream.read(header_size))
    arrays = {}
    for name in _ARRAYS:
        stored = _STORED[name.rsplit("_", 1)[1]]
        entry = header[name]
        if entry["dtype"] not in stored:
            raise ValueError(f"{name} is of type {entry['dtype']}, not {' or '.join(stored)}")
        dtype = _DTYPES[entry["dtype"]]
        offset = 8 + header_size + entry["data_offsets"][0]
        arrays[name] = np.memmap(path, dtype, "r", offset=offset, shape=tuple(entry["shape"]))
    return arrays


def _check_shapes(data: OpenedData) -> None:
    side = data.train_images.shape[-1]
    positions = (side, side) if data.mean else (side,)
    image = (len(data.mean), *positions) if data.mean else positions
    for images, labels in (
        (data.train_images, data.train_labels),
        (data.test_images, data.test_labels),
    ):
        count = len(images)
        expected = [(count,), (count, *positions)]
        if labels.dtype == np.float32:
            expected = [(count, labels.shape[1], OBJECT_NUMBERS)] if labels.ndim > 1 else []
        if images.shape[1:] != image or labels.shape not in expected:
            raise ValueError(
                f"images of shape {images.shape} with labels of shape {labels.shape} "
                f"and {len(data.mean)} channels to normalise"
            )
    if data.seen_pixels is not None and not 0 < data.seen_pixels <= data.pixels:
        raise ValueError(f"a centre of {data.seen_pixels} in images of {data.pixels} pixels")


def _check_scale(data: PreparedData) -> None:
    """Else images would not be numbers, and a run on them would count as one that diverged."""
    finite = all(map(math.isfinite, (*data.mean, *data.std)))
    if not finite or len(data.std) != len(data.mean) or min(data.std, default=1) <= 0:
        raise ValueError(f"its mean {data.mean} and std {data.std} normalise no image")
