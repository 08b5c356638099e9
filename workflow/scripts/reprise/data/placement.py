"""Where the images of a run lie: at hand of its device, or in the file, read batch by batch."""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import torch

RESIDENT_SHARE = 0.5
"""Of the memory, that images at hand of the device may take unless the configuration says else."""

CONTROL_GROUPS = Path("/sys/fs/cgroup")
OWN_GROUPS = Path("/proc/self/cgroup")


def fits(size: int, share: float | None, device: torch.device) -> bool:
    """Whether images of so many bytes take no more than a share of the device's memory; None:
    ``RESIDENT_SHARE``."""
    return size <= (RESIDENT_SHARE if share is None else share) * usable_memory(device)


def usable_memory(device: torch.device) -> int:
    """Bytes that are free of a GPU's memory, or bytes of this machine's memory that this process
    may have. Images that a CPU reads from a mapped file are in its memory only as long as there is
    room, so that what other processes take is no matter."""
    if device.type == "cuda":
        return torch.cuda.mem_get_info(device)[0]
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return min([machine, *memory_limits()])


def memory_limits(groups: Path = CONTROL_GROUPS, own: Path = OWN_GROUPS) -> Iterator[int]:
    """Bytes that each control group around this process allows: SLURM and containers set some.

    The kernel documents both versions: Documentation/admin-guide/cgroup-v2.rst, "memory.max", and
    cgroup-v1/memory.rst, "memory.limit_in_bytes".

    Args:
        groups: where the groups lie.
        own: names those of this process, one a line, as <number>:<controllers>:<path>.
    """
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return
    for line in lines:
        _, controllers, path = line.split(":", 2)
        if controllers == "":
            root, name = groups, "memory.max"
        elif controllers == "memory":
            root, name = groups / "memory", "memory.limit_in_bytes"
        else:
            continue
        folder = root / path.lstrip("/")
        for around in (folder, *folder.parents):
            # The outermost group, and one that is not visible here, has no such file.
            with suppress(OSError, ValueError):
                yield int((around / name).read_text(encoding="utf-8"))
            if around == root:
                break
