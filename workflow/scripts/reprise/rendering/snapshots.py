"""The files of runs as they are at one moment, while others may still be written."""

import contextlib
import shutil
from pathlib import Path

from reprise.studies.run_folders import FAILURE, HISTORY, METRICS

LOG_TAIL = "log_tail.txt"
TAIL_LINES = 6
TAIL_BYTES = 2000


def keep_run(folder: str, results: Path, destination: Path) -> None:
    """Copy what a run has left, and of one that has not ended the last lines of its log.

    A run of which a file is removed meanwhile, since it starts anew, is one that has not ended.

    Args:
        folder: of the run, relative to ``results`` and to ``destination``.
        results: the results folder of a scale, with the logs.
        destination: another results folder.
    """
    source, kept = results / folder, destination / folder
    kept.mkdir(parents=True)
    try:
        shutil.copyfile(source / METRICS, kept / METRICS)
        shutil.copyfile(source / HISTORY, kept / HISTORY)
    except FileNotFoundError:
        (kept / METRICS).unlink(missing_ok=True)
        with contextlib.suppress(FileNotFoundError):
            shutil.copyfile(source / FAILURE, kept / FAILURE)
        with contextlib.suppress(FileNotFoundError):
            tail = last_lines(results / "logs" / f"{folder}.log")
            (kept / LOG_TAIL).write_text(tail, encoding="utf-8")


def last_lines(log: Path) -> str:
    """The end of a text file that may be long: some lines, none of them cut at its start.

    Raises:
        FileNotFoundError: there is none.
    """
    with log.open("rb") as stream:
        size = stream.seek(0, 2)
        stream.seek(max(0, size - TAIL_BYTES))
        text = stream.read().decode("utf-8", errors="replace")
    lines = text.splitlines()
    if size > TAIL_BYTES and len(lines) > 1:
        lines = lines[1:]
    return "\n".join(lines[-TAIL_LINES:])
