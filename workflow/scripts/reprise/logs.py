"""A job's log file, and its one-sentence end when a user's input or the disk is at fault."""

import contextlib
import errno
import io
import os
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from reprise.errors import InputError

# What systems say of a full disk, a full quota, and a file beyond the largest that is allowed.
NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


@contextlib.contextmanager
def logged(log: str | Path) -> Iterator[None]:
    """Send everything that a job prints to its log file.

    An ``InputError`` ends the process with its sentence in the log and on the terminal, and so does
    a disk without room; any other error leaves its traceback in the log and goes on to Snakemake.
    """
    terminal = sys.stderr
    with (
        _Log(log) as stream,
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        try:
            yield
        except Exception as error:
            sentence = _sentence(error)
            if sentence is None:
                traceback.print_exc(file=stream)
                raise
            print(f"Error: {sentence}", file=stream)
            print(f"Error: {sentence}", file=terminal)
            # Without a traceback: Snakemake's own message names the rule and the log.
            sys.exit(1)


@contextlib.contextmanager
def ended_by_sentence() -> Iterator[None]:
    """Of what follows a job whose log is closed: an ``InputError`` and a disk without room end the
    process with a sentence on the terminal; any other error goes on to Snakemake."""
    try:
        yield
    except Exception as error:
        sentence = _sentence(error)
        if sentence is None:
            raise
        sys.exit(f"Error: {sentence}")


def _sentence(error: Exception) -> str | None:
    """What to tell a person; None of an error that is none of theirs."""
    if isinstance(error, InputError):
        return str(error)
    if isinstance(error, OSError) and error.errno in NO_ROOM:
        where = error.filename or "a file of this job"
        return f"{where} cannot be written ({error.strerror}): make room and run again"
    return None


class _Log(io.TextIOWrapper):
    """A text file, emptied first, line by line. What a full disk has no room for is left out, since
    a job is worth more than its log."""

    def __init__(self, path: str | Path) -> None:
        # Appending, since a process that outlived its workflow may still write to it.
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND
        stream = os.fdopen(os.open(path, flags, 0o666), "wb")
        super().__init__(stream, encoding="utf-8", line_buffering=True)

    def write(self, text: str) -> int:
        with contextlib.suppress(OSError):
            super().write(text)
        return len(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            super().flush()

    def close(self) -> None:
        with contextlib.suppress(OSError):
            super().close()
