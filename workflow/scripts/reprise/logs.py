"""A job's log file, and its one-sentence end when a user's input is at fault."""

import contextlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path

from reprise.errors import InputError


@contextlib.contextmanager
def logged(log: str | Path) -> Iterator[None]:
    """Send everything that a job prints to its log file.

    An ``InputError`` ends the process with its sentence in the log and on the terminal; any other
    error leaves its traceback in the log and goes on to Snakemake.
    """
    terminal = sys.stderr
    with (
        Path(log).open("w", buffering=1, encoding="utf-8") as stream,
        contextlib.redirect_stdout(stream),
        contextlib.redirect_stderr(stream),
    ):
        try:
            yield
        except InputError as error:
            print(f"Error: {error}", file=stream)
            print(f"Error: {error}", file=terminal)
            # Without a traceback: Snakemake's own message names the rule and the log.
            sys.exit(1)
        except Exception:
            traceback.print_exc(file=stream)
            raise
