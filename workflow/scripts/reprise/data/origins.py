"""What a computed file was made from, kept in a small hidden file beside it.

Times of files do not say it (copies get new ones), nor do Snakemake's records, which people remove.
"""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reprise.data.integrity import sha256_of, write_whole
from reprise.forking.client import run_function
from reprise.logs import ended_by_sentence


def make_files(job: Any, function: str, plain: Mapping[str, Any]) -> None:
    """Do the job of a rule in a fork where there can be one, and note of its files what they were
    made from: the rule's parameter ``origin``.

    Args:
        job: the object ``snakemake`` of the rule's script.
        function: that writes the files, as ``package.module:name``.
        plain: plain data, the function's only argument.

    Raises:
        SystemExit: the function failed, or the disk has no room; a sentence says so.
    """
    run_function(function, plain, job.log[0], fork=True)
    with ended_by_sentence():
        keep_origin(job.output, job.params.get("origin"))


def keep_origin(files: Iterable[str | Path], origin: str | None) -> None:
    """Note of files that are written and whole what they were made from.

    Args:
        origin: a digest of everything that they depend on; None where nobody asks for it.

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
