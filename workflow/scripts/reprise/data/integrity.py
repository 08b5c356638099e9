"""Files that are whole or absent, and the checksums that say which file it is."""

import hashlib
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def sha256_of(path: Path) -> str:
    """SHA-256 of a file's contents, 64 lower-case hexadecimal digits."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def replacing(destination: Path) -> Iterator[Path]:
    """Write to the path that this yields; it takes the destination's place when all went well.

    After an error in the block nothing is left, and an older file at ``destination`` is as it
    was. Missing folders are created.
    """
    destination.parent.mkdir(parents=True, exist_ok=True)
    # In the same folder, so that the replacement is one atomic step of the file system.
    partial = destination.with_name(f".{destination.name}.{secrets.token_hex(4)}.partial")
    try:
        yield partial
        partial.replace(destination)
    finally:
        partial.unlink(missing_ok=True)


def write_whole(destination: Path, content: str | bytes) -> None:
    """Write a file, whole or not at all; text in UTF-8. Missing folders are created.

    Raises:
        OSError: it cannot be written; names ``destination``.
    """
    try:
        with replacing(destination) as partial:
            partial.write_bytes(content.encode() if isinstance(content, str) else content)
    except OSError as error:
        raise OSError(error.errno, error.strerror, str(destination)) from error
