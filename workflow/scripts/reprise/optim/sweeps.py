"""Sweeps over a range of values, for range tests: from a first to a last one, by update.

Smith (2017), "Cyclical learning rates for training neural networks", WACV, section 3.3.
"""

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules


@schedules.register("exponential_sweep")
def exponential_sweep(progress: Progress, *, first: float, last: float) -> float:
    """A sweep in equal ratios: first * (last / first) ** (update / (updates - 1)).

    Args:
        progress: the position in the run.
        first: the value at the first update.
        last: the value at the last update.

    Raises:
        InputError: a value that is not positive.
    """
    if first <= 0 or last <= 0:
        raise InputError(
            "schedule 'exponential_sweep' expects positive values, but it goes from "
            f"{first:g} to {last:g}: correct them or use 'linear_sweep'"
        )
    return first * (last / first) ** _done(progress)


@schedules.register("linear_sweep")
def linear_sweep(progress: Progress, *, first: float, last: float) -> float:
    """A sweep in equal differences: first + (last - first) * update / (updates - 1).

    Args:
        progress: the position in the run.
        first: the value at the first update.
        last: the value at the last update.
    """
    return first + (last - first) * _done(progress)


def _done(progress: Progress) -> float:
    """The part of the sweep that is done, from 0 at the first to 1 at the last update."""
    return progress.update / (progress.updates - 1) if progress.updates > 1 else 0.0
