"""One process at a time at work on one folder, whoever started it."""

import contextlib
import fcntl
import os
import platform
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

FILE = ".lock"


@contextmanager
def alone_in(folder: Path) -> Iterator[bool]:
    """Wait until no other process is in this block for the folder, and keep others out of it.

    The system frees the folder when the process ends, however it ends. Where the file system knows
    no locks, a printed sentence says so and the block runs all the same.

    Yields:
        Whether another process was there before.
    """
    folder.mkdir(parents=True, exist_ok=True)
    stream, waited = _held(folder / FILE)
    try:
        yield waited
    finally:
        # Before it is let go: afterwards it may be another's.
        with contextlib.suppress(OSError):
            (folder / FILE).unlink()
        stream.close()


def _held(path: Path) -> tuple[BinaryIO, bool]:
    """The locked file, and whether that took waiting."""
    waited = False
    while True:
        # Without a buffer: what a full disk has no room for must not come up again at the end.
        stream = path.open("a+b", buffering=0)
        waited |= _lock(stream, path.parent)
        if _is_at(stream, path):
            with contextlib.suppress(OSError):
                stream.truncate(0)
                stream.write(f"process {os.getpid()} on {platform.node()}\n".encode())
            return stream, waited
        # Whoever held it has removed it.
        stream.close()


def _lock(stream: BinaryIO, folder: Path) -> bool:
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        holder = stream.read().decode().strip() or "another process"
        print(f"waits for {holder}, which is at work in {folder}: end that if nobody needs it")
        fcntl.flock(stream, fcntl.LOCK_EX)
        return True
    except OSError as error:
        print(f"nothing keeps other processes out of {folder}: no locks there ({error.strerror})")
    return False


def _is_at(stream: BinaryIO, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(stream.fileno()), path.stat())
    except FileNotFoundError:
        return False
