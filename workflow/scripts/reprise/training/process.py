"""What holds for a whole process that trains."""

from reprise.studies.cell import FLOAT32
from reprise.training.arithmetic import set_arithmetic
from reprise.training.memory import keep_freed_memory


def set_up_process(threads: int, precision: str = FLOAT32) -> None:
    """Set the CPU threads of this process, how it computes, and how it keeps memory."""
    set_arithmetic(threads, precision)
    keep_freed_memory()
