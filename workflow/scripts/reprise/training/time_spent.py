"""What a run takes of a person's time and of the machine's."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class TimeSpent:
    """Seconds, or a moment from which they are counted.

    Attributes:
        wall: on the clock, waiting for other work on the machine included.
        processor: of all threads of this process at work on a CPU.
    """

    wall: float = 0.0
    processor: float = 0.0

    @staticmethod
    def now() -> "TimeSpent":
        """This moment; only differences of two of one process mean something."""
        return TimeSpent(time.perf_counter(), time.process_time())

    def __add__(self, other: "TimeSpent") -> "TimeSpent":
        return TimeSpent(self.wall + other.wall, self.processor + other.processor)

    def __sub__(self, other: "TimeSpent") -> "TimeSpent":
        return TimeSpent(self.wall - other.wall, self.processor - other.processor)

    def metrics(self) -> dict[str, float]:
        """The entries of metrics.json."""
        return {
            "wall_seconds": round(self.wall, 3),
            "processor_seconds": round(self.processor, 3),
        }


NO_TIME = TimeSpent()
