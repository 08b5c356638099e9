"""MATLAB files: single variables, and what is said of files that are damaged."""

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import numpy as np

from reprise.data.archives import intact


def matlab_variable(file: Path, name: str, content: bytes | None = None) -> np.ndarray:
    """A variable of a MATLAB file, of which no other is read.

    Args:
        file: that holds it; of one within an archive, the archive, for messages.
        name: of the variable.
        content: of the file within an archive.

    Raises:
        InputError: the file is damaged, or has no such variable.
    """
    from scipy.io import loadmat

    with intact_matlab(file):
        found = loadmat(str(file) if content is None else BytesIO(content), variable_names=[name])
        return found[name]


@contextmanager
def intact_matlab(file: Path) -> Iterator[None]:
    """What decoding of a damaged file raises in the block, as one sentence.

    Raises:
        InputError: the file is missing, damaged or cut short.
    """
    from scipy.io.matlab import MatReadError

    with intact(file):
        try:
            yield
        except (MatReadError, TypeError, MemoryError) as error:
            raise ValueError(error) from error
