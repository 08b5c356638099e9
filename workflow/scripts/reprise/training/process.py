"""What holds for a whole process that trains."""

from reprise.training.arithmetic import set_arithmetic
from reprise.training.memory import keep_freed_memory


def set_up_process(threads: int) -> None:
    """Set the CPU threads of this process, how it computes, and how it keeps memory."""
    set_arithmetic(threads)
    keep_freed_memory()
