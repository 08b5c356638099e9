"""Write a safetensors file whose arrays need not fit into the memory.

Format: https://github.com/huggingface/safetensors#format (eight bytes with the length of the
header, the header as JSON padded with spaces to a multiple of eight bytes, the data to which its
offsets refer). Their library writes only arrays that are in memory as a whole; for those the files
are equal, byte for byte.
"""

import json
import math
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from reprise.data.splits import ImageStream, RowStream, image_blocks

_ALIGNMENT = 8
_DTYPES = {
    np.dtype(np.uint8): "U8",
    np.dtype(np.int32): "I32",
    np.dtype(np.int64): "I64",
    np.dtype(np.float32): "F32",
}


def write_tensors(
    path: Path, tensors: Mapping[str, np.ndarray | ImageStream], metadata: Mapping[str, str]
) -> None:
    """Write arrays and streams of the types that are known, one block in memory at a time.

    Raises:
        OSError: the file cannot be written.
        ValueError: a stream gives more or fewer rows than its shape says.
    """
    ordered = dict(sorted(tensors.items(), key=lambda item: (-_dtype(item[1]).itemsize, item[0])))
    with path.open("wb") as stream:
        stream.write(_header(ordered, metadata))
        for name, tensor in ordered.items():
            start = stream.tell()
            for block in image_blocks(tensor):
                stream.write(np.ascontiguousarray(block))
            if stream.tell() - start != _size(tensor):
                raise ValueError(f"{name} has {stream.tell() - start} bytes, not {_size(tensor)}")


def _header(tensors: Mapping[str, np.ndarray | ImageStream], metadata: Mapping[str, str]) -> bytes:
    content: dict[str, object] = {"__metadata__": dict(metadata)}
    end = 0
    for name, tensor in tensors.items():
        start, end = end, end + _size(tensor)
        content[name] = {
            "dtype": _DTYPES[_dtype(tensor)],
            "shape": list(tensor.shape),
            "data_offsets": [start, end],
        }
    header = json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()
    header = header.ljust(math.ceil(len(header) / _ALIGNMENT) * _ALIGNMENT)
    return len(header).to_bytes(8, "little") + header


def _dtype(tensor: np.ndarray | ImageStream) -> np.dtype:
    if isinstance(tensor, ImageStream) and not isinstance(tensor, RowStream):
        return np.dtype(np.uint8)
    return tensor.dtype


def _size(tensor: np.ndarray | ImageStream) -> int:
    return math.prod(tensor.shape) * _dtype(tensor).itemsize
