"""What a folder of images holds, as one short text that changes with it."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from reprise.data.integrity import sha256_of

CHEAP_BYTES = 64 * 2**20
"""Up to this size in all, contents are compared; reading more at every start takes too long."""

# Path relative to the folder, size, time of the last change.
_File = tuple[str, int, int]


def contents_digest(folder: Path) -> str:
    """Changes with the names and sizes of the files in a folder, and with their contents where
    these are ``CHEAP_BYTES`` at most in all, or else with the times of their last change. Names
    that begin with a dot do not count.

    Raises:
        OSError: the folder, or one inside it, cannot be read.
    """
    files = sorted(_files(folder, ""))
    cheap = sum(size for _, size, _ in files) <= CHEAP_BYTES
    digest = hashlib.sha256()
    for name, size, time in files:
        state = sha256_of(folder / name) if cheap else str(time)
        digest.update(f"{name}\0{size}\0{state}\n".encode("utf-8", "surrogateescape"))
    return digest.hexdigest()


def _files(folder: Path, inside: str) -> Iterator[_File]:
    with os.scandir(folder / inside) as entries:
        for entry in entries:
            if entry.name.startswith("."):
                continue
            name = f"{inside}{entry.name}"
            if entry.is_dir():
                yield from _files(folder, f"{name}/")
            elif entry.is_file():
                status = entry.stat()
                yield name, status.st_size, status.st_mtime_ns
