"""What a run takes of a person's time and of the machine's."""

import time
from dataclasses import dataclass


@dataclass(frozen=True)
class TimeSpent:
    """Seconds that something took.

    Attributes:
        wall: on the clock, waiting for other work on the machine included.
        processor: of all threads of this process at work on a CPU; None where it is not known of
            some part.
    """

    wall: float = 0.0
    processor: float | None = 0.0

    def __add__(self, other: "TimeSpent") -> "TimeSpent":
        parts = (self.processor, other.processor)
        return TimeSpent(self.wall + other.wall, None if None in parts else sum(parts))

    def metrics(self) -> dict[str, float]:
        """The entries of metrics.json; what is not known is left out."""
        seconds = {"wall_seconds": self.wall, "processor_seconds": self.processor}
        return {name: round(value, 3) for name, value in seconds.items() if value is not None}


NO_TIME = TimeSpent()


class Stopwatch:
    """Counts from when it is made."""

    def __init__(self) -> None:
        self._wall, self._processor = time.perf_counter(), time.process_time()

    def read(self) -> TimeSpent:
        """The time since then."""
        return TimeSpent(time.perf_counter() - self._wall, time.process_time() - self._processor)
