"""The checksum of each prepared file, kept beside the folder of prepared files.

It stays where a prepared file is removed: preparing the same data again gives the same file, so
that runs on it remain what they are.
"""

import json
from dataclasses import asdict, dataclass, replace
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
        contents: a digest of what that folder held.
        size: in bytes.
        changed: time of the last change, in nanoseconds; with the size it says whether the file
            has to be read again to know that it is still the same.
    """

    sha256: str
    origin: str
    folder: str | None
    contents: str | None
    size: int
    changed: int

    @classmethod
    def of(
        cls, prepared: Path, origin: str, folder: str | None, contents: str | None
    ) -> "PreparedChecksum":
        """Of a prepared file, all of which is read."""
        size, changed = _state(prepared)
        return cls(sha256_of(prepared), origin, folder, contents, size, changed)

    def of_state(self, prepared: Path) -> "PreparedChecksum":
        """The same of a file that has new times and the same contents."""
        size, changed = _state(prepared)
        return replace(self, size=size, changed=changed)

    def is_of_state(self, prepared: Path) -> bool:
        """Whether size and time of a prepared file are those that are kept."""
        return (self.size, self.changed) == _state(prepared)

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


def _state(prepared: Path) -> tuple[int, int]:
    status = prepared.stat()
    return status.st_size, status.st_mtime_ns


def _path(name: str) -> Path:
    return FOLDER / f"{name}.json"
