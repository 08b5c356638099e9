"""The checksum of each prepared file, kept beside the folder of prepared files.

It stays where a prepared file is removed: preparing the same data again gives the same file, so
that runs on it remain what they are.
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from reprise.data.integrity import sha256_of, write_whole

FOLDER = Path("resources/checksums")


@dataclass(frozen=True)
class PreparedChecksum:
    """What is kept of one prepared file.

    Attributes:
        sha256: of the file as it was prepared.
        origin: a digest of what it was prepared from.
        folder: the user's folder behind it, None of data that is downloaded.
        size: in bytes.
        changed: time of the last change, in nanoseconds; with the size it says whether the file
            has to be read again to know that it is still the same.
    """

    sha256: str
    origin: str
    folder: str | None
    size: int
    changed: int

    @classmethod
    def of(cls, prepared: Path, origin: str, folder: str | None) -> "PreparedChecksum":
        """Of a prepared file, all of which is read."""
        status = prepared.stat()
        return cls(sha256_of(prepared), origin, folder, status.st_size, status.st_mtime_ns)

    def is_of_state(self, prepared: Path) -> bool:
        """Whether size and time of a prepared file are those that are kept."""
        status = prepared.stat()
        return (self.size, self.changed) == (status.st_size, status.st_mtime_ns)

    def keep(self, name: str) -> None:
        """Write it under the name of the prepared file.

        Raises:
            OSError: it cannot be written.
        """
        write_whole(_path(name), json.dumps(asdict(self), indent=1) + "\n")


def kept_checksum(name: str) -> PreparedChecksum | None:
    """What is kept of a prepared file, by its name without ending; None where nothing is."""
    try:
        return PreparedChecksum(**json.loads(_path(name).read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError):
        return None


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"
