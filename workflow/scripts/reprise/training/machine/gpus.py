"""The GPUs of a machine: which of them a job takes, and what to say where there is none.

Jobs side by side fill all GPUs alike. A job holds a lock on a file for as long as its process
lives; the system releases it however the process ends. A GPU's files are numbered, and a job takes
the free file of the lowest number among all GPUs. So no GPU gets a second job before every GPU has
a first.
"""

import fcntl
import os
import tempfile
from collections.abc import Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import IO

import torch

# What SLURM tells a job of the GPUs that it gave it: their numbers, the first of which is 0.
GIVEN_GPUS = ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS")

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


def no_gpu() -> str:
    """What was expected and what was found in place of a GPU, and what to do."""
    expected = (
        "config: device: expected a machine with an NVIDIA GPU that torch can use, found none"
    )
    if torch.version.cuda is None:
        return (
            f"{expected}, since PyTorch {torch.__version__} is a build for CPUs alone: install one "
            "for CUDA (docs/installation.md says how), or use `device: cpu`"
        )
    return f"{expected}; use `device: auto` or `device: cpu`"


def unused_gpu(environment: Mapping[str, str] = os.environ) -> str | None:
    """A warning for a job that SLURM gave a GPU and that computes on a CPU; None elsewhere."""
    if not any(environment.get(name) for name in GIVEN_GPUS):
        return None
    reason = (
        f"PyTorch {torch.__version__} is a build for CPUs alone"
        if torch.version.cuda is None
        else "PyTorch cannot use it"
    )
    return (
        f"Warning: SLURM gave this job a GPU, and it computes on a CPU, since {reason}; set "
        "`device: cuda` to have such jobs fail, or `device: cpu` to ask for no GPU"
    )
