"""Errors that a person reads: one sentence with what was expected, what was found, and where."""

from collections.abc import Iterable
from difflib import get_close_matches


class InputError(ValueError):
    """Something that a user gave (a key, a file, a download) is not as it has to be.

    The message is one sentence that names the place (file and key), the expectation and the
    finding. Command-line entry points print it without a traceback.
    """


def choose_among(name: object, known: Iterable[str]) -> str:
    """The tail of a message about an unknown name: the closest known one and the full list."""
    names = sorted(known)
    close = get_close_matches(str(name), names, n=1)
    suggestion = f"did you mean {close[0]!r}? " if close else ""
    return f"{suggestion}known are {', '.join(names) or 'none'}"
