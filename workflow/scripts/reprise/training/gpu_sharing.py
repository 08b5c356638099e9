"""Which of a machine's GPUs a job takes, so that jobs side by side fill all of them alike.

A job holds a lock on a file for as long as its process lives; the system releases it however the
process ends. A GPU's files are numbered, and a job takes the free file of the lowest number among
all GPUs: no GPU gets a second job before every GPU has a first.
"""

import fcntl
import os
import tempfile
from collections.abc import Sequence
from itertools import count
from pathlib import Path
from typing import IO

import torch

_held: list[IO[str]] = []


def least_used_gpu() -> torch.device:
    """Claim the visible GPU with the fewest jobs of this user, and make it the current one."""
    names = [
        str(torch.cuda.get_device_properties(index).uuid)
        for index in range(torch.cuda.device_count())
    ]
    index = claim(names, Path(tempfile.gettempdir()) / f"reprise-gpus-{os.getuid()}")
    torch.cuda.set_device(index)
    return torch.device("cuda", index)


def claim(names: Sequence[str], folder: Path) -> int:
    """The position in ``names`` of the one that is claimed until this process ends.

    Args:
        names: of the GPUs, the same in every process of the machine.
        folder: for the locks.
    """
    if len(names) == 1:
        return 0
    folder.mkdir(mode=0o700, exist_ok=True)
    for number in count():
        for position, name in enumerate(names):
            lock = (folder / f"{name}-{number}").open("w")
            try:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                lock.close()
                continue
            _held.append(lock)
            return position
    raise AssertionError("numbers do not end")
