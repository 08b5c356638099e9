"""Runs that have to be over at a moment, on a machine that is lent for some time."""

import time

# An epoch may take longer than the one before, and the state has to be written after it.
TIMES_OF_THE_LAST = 1.2
SECONDS_TO_END = 1.0


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
