"""The time of a run: what it takes, and the moment at which it has to be over."""

import time
from dataclasses import dataclass

# An epoch may take longer than the one before, and the state has to be written after it.
TIMES_OF_THE_LAST = 1.2
SECONDS_TO_END = 1.0


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


class OutOfTime(Exception):  # noqa: N818 - no error: the run goes on another time.
    """There is no time for another epoch, and the state of the run is kept."""


def is_too_late_for_another(deadline: float | None, seconds: float) -> bool:
    """Whether another epoch would end too late.

    Args:
        deadline: when the run has to be over, as ``time.time`` counts; None: whenever it is.
        seconds: that the last epoch took.
    """
    if deadline is None:
        return False
    return time.time() + TIMES_OF_THE_LAST * seconds + SECONDS_TO_END > deadline
