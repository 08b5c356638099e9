"""Read archives without unpacking them: nothing that an archive says can write to disk."""

import gzip
import lzma
import re
import stat
import struct
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from reprise.errors import InputError

# Changed bytes can make the standard library raise any of these.
_DAMAGE = (
    ArithmeticError,
    EOFError,
    LookupError,
    OSError,
    RuntimeError,
    ValueError,
    lzma.LZMAError,
    struct.error,
    tarfile.TarError,
    zipfile.BadZipFile,
    zlib.error,
)
_DRIVE = re.compile(r"[A-Za-z]:/")
_GZIP_MAGIC = b"\x1f\x8b"


class Member(NamedTuple):
    """One plain file inside an archive: its path there, its size in bytes, and how to read it.

    ``read`` works until the next member is asked for.
    """

    path: PurePosixPath
    size: int
    read: Callable[[], bytes]


def members(archive: Path) -> Iterator[Member]:
    """The plain files of a tar (plain, .gz, .bz2, .xz) or zip archive, in stored order.

    Raises:
        InputError: the archive is damaged, cut short or of another kind, or holds a link, a
            device, or a path that leads out of the archive.
    """
    with intact(archive):
        if tarfile.is_tarfile(archive):
            yield from _tar_members(archive)
        elif zipfile.is_zipfile(archive):
            yield from _zip_members(archive)
        else:
            raise InputError(f"{archive} must be a tar or zip archive, and is neither or damaged")


def decompressed(path: Path, limit: int) -> bytes:
    """The contents of a gzip file, or of a plain one as it is.

    Reading ends one byte after ``limit`` bytes, so that a small file cannot fill the memory.

    Raises:
        InputError: the file is damaged or cut short.
    """
    with intact(path):
        with path.open("rb") as stream:
            is_gzip = stream.read(len(_GZIP_MAGIC)) == _GZIP_MAGIC
        with (gzip.open if is_gzip else open)(path, "rb") as stream:
            return stream.read(limit + 1)


def _tar_members(path: Path) -> Iterator[Member]:
    with tarfile.open(path) as archive:
        for entry in archive:
            if entry.isdir():
                continue
            if not entry.isreg():
                raise InputError(f"{path} holds {entry.name!r}, which is not a plain file")
            yield Member(_inner_path(path, entry.name), entry.size, partial(_read, archive, entry))


def _read(archive: tarfile.TarFile, entry: tarfile.TarInfo) -> bytes:
    with intact(Path(archive.name)):
        return archive.extractfile(entry).read()


def _zip_members(path: Path) -> Iterator[Member]:
    with zipfile.ZipFile(path) as archive:
        for entry in archive.infolist():
            if entry.is_dir():
                continue
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise InputError(f"{path} holds {entry.filename!r}, which is not a plain file")
            # So do some programs of Windows divide folders, against the format's definition.
            yield Member(
                _inner_path(path, entry.filename.replace("\\", "/")),
                entry.file_size,
                partial(_read_zipped, path, archive, entry),
            )


def _read_zipped(path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bytes:
    with intact(path):
        return archive.read(entry)


def _inner_path(archive: Path, name: str) -> PurePosixPath:
    path, divided = PurePosixPath(name), name.replace("\\", "/")
    leads_out = ".." in divided.split("/") or divided.startswith("/") or _DRIVE.match(divided)
    if leads_out:
        raise InputError(f"{archive} holds {name!r}, a path that leads out of the archive")
    if "\\" in name:
        raise InputError(
            f"{archive} holds {name!r}, whose backslashes may be meant as slashes: pack it again "
            "with slashes between folders"
        )
    return path


@contextmanager
def intact(path: Path) -> Iterator[None]:
    """What decoders raise for a damaged file in the block, as one sentence.

    Raises:
        InputError: the file is missing, damaged or cut short.
    """
    try:
        yield
    except InputError:
        raise
    except FileNotFoundError as error:
        raise InputError(f"{path} is expected and does not exist") from error
    except _DAMAGE as error:
        problem = " ".join(str(error).split())
        raise InputError(
            f"{path} is damaged or cut short ({problem}): delete it so that it is fetched again"
        ) from error
