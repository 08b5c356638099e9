"""What a computed file was made from, kept in a small hidden file beside it.

Times of files do not say it (copies get new ones), nor do Snakemake's records, which people remove.
"""

import json
from collections.abc import Iterable
from pathlib import Path

from reprise.data.integrity import sha256_of, write_whole


def keep_origin(files: Iterable[str | Path], origin: str) -> None:
    """Note of files that are written and whole what they were made from.

    Args:
        origin: a digest of everything that they depend on.

    Raises:
        OSError: a note cannot be written.
    """
    for file in map(Path, files):
        note = {"origin": origin, "sha256": sha256_of(file)}
        write_whole(_note_of(file), json.dumps(note) + "\n")


def origin_problem(file: Path, origin: str) -> str | None:
    """Why a file that is there is not the one that ``origin`` gives; None where it is."""
    try:
        note = json.loads(_note_of(file).read_text(encoding="utf-8"))
        kept = note["origin"], note["sha256"]
    except (OSError, ValueError, LookupError, TypeError):
        return "nothing says what it was made from"
    if kept[0] != origin:
        return "made from another plan, other code or other data"
    return None if kept[1] == sha256_of(file) else "changed since it was made"


def _note_of(file: Path) -> Path:
    return file.with_name(f".{file.name}.origin")
