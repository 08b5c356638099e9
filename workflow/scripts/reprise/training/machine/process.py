"""A process that trains: how it computes, and how it keeps memory."""

import ctypes
from typing import Any

from reprise.studies.cell import FLOAT32
from reprise.training.machine.arithmetic import set_arithmetic

# Numbers of parameters in malloc.h of the GNU C library.
M_TRIM_THRESHOLD = -1
M_MMAP_THRESHOLD = -3
# Older versions refuse more than half of a heap, 32 MiB.
LARGEST_BLOCKS = (2**31 - 1, 2**25)
NEVER = -1


def set_up_process(threads: int, precision: str = FLOAT32) -> None:
    """Set the CPU threads of this process, how it computes, and how it keeps memory."""
    set_arithmetic(threads, precision)
    keep_freed_memory()


def keep_freed_memory() -> int:
    """Let this process keep the memory of freed tensors instead of returning it to the system.

    By default the C library maps every block of more than 32 MiB for itself, and gives back what is
    free at the end of its heap. A network's activations are blocks of this size, made and freed in
    every update, so that the system hands out and clears the same pages over and over: a tenth to a
    quarter of the time of an update on a CPU. No number that is computed changes; times do, and the
    process holds at least what its largest moment took until it ends.

    Returns:
        Up to how many bytes a block is kept; 0 where the C library is another one.
    """
    library = _c_library()
    if not hasattr(library, "mallopt"):
        return 0
    library.mallopt(M_TRIM_THRESHOLD, NEVER)
    accepted = (size for size in LARGEST_BLOCKS if library.mallopt(M_MMAP_THRESHOLD, size))
    return next(accepted, 0)


def give_back_memory() -> None:
    """Return what is free to the system, at a place where it is not needed again soon."""
    library = _c_library()
    if hasattr(library, "malloc_trim"):
        library.malloc_trim(0)


def _c_library() -> Any:
    return ctypes.CDLL(None)
