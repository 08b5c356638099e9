"""Cyclical learning rates: in straight lines and in cosines.

Smith (2017), "Cyclical learning rates for training neural networks", WACV; Loshchilov and Hutter
(2016), "SGDR: Stochastic gradient descent with warm restarts".
"""

from math import cos, pi

from reprise.errors import InputError
from reprise.optim.progress import TOLERANCE, Progress
from reprise.optim.schedules import positive, schedules


@schedules.register("triangular", units={"half_cycle": "epochs"})
def triangular(
    progress: Progress, *, base: float, learning_rate: float, half_cycle: float
) -> float:
    """Up and down between two values in straight lines, by update, from the lower one.

    It is that of torch.optim.lr_scheduler.CyclicLR in its mode "triangular".

    Args:
        progress: the position in the run.
        base: the lower value, from which each cycle starts.
        learning_rate: the upper value.
        half_cycle: epochs from the lower to the upper value (Smith's step size).

    Raises:
        InputError: a half cycle that is not positive.
    """
    per_epoch = progress.updates / progress.epochs
    half_cycle_updates = positive("triangular", "half_cycle", half_cycle) * per_epoch
    position = progress.update / half_cycle_updates % 2
    return base + (learning_rate - base) * (1 - abs(position - 1))


@schedules.register("cosine_warm_restarts", units={"first_cycle": "epochs"})
def cosine_warm_restarts(
    progress: Progress,
    *,
    learning_rate: float,
    first_cycle: float,
    cycle_factor: float = 2,
    minimum: float = 0.0,
) -> float:
    """Cosine decay that starts again and again, in cycles that grow.

    minimum + (learning_rate - minimum) / 2 * (1 + cos(pi * t / T)), t epochs after the start of a
    cycle of T epochs: equation 5 of Loshchilov and Hutter, and
    torch.optim.lr_scheduler.CosineAnnealingWarmRestarts.

    Args:
        progress: the position in the run.
        learning_rate: the value at the start of each cycle.
        first_cycle: epochs of the first cycle.
        cycle_factor: how many times as long as the one before each further cycle is, 1 or more.
        minimum: the value that each cycle falls towards.

    Raises:
        InputError: a first cycle that is not positive, or a factor below 1.
    """
    length = positive("cosine_warm_restarts", "first_cycle", first_cycle)
    if cycle_factor < 1:
        raise InputError(
            "schedule 'cosine_warm_restarts' expects a cycle_factor of 1 or more, but it is "
            f"{cycle_factor:g}: correct it"
        )
    epoch = progress.epoch
    while epoch >= length - TOLERANCE:
        epoch -= length
        length *= cycle_factor
    return _cosine_between(learning_rate, minimum, epoch / length)


@schedules.register("cosine_cycle", units={"half_cycle": "epochs"})
def cosine_cycle(
    progress: Progress, *, learning_rate: float, half_cycle: float, minimum: float = 0.0
) -> float:
    """A cosine wave: down to the minimum and up again, over and over.

    It is torch.optim.lr_scheduler.CosineAnnealingLR, whose value rises again where a run goes on
    after its T_max.

    Args:
        progress: the position in the run.
        learning_rate: the value at the start, and every second half cycle again.
        half_cycle: epochs from there to the minimum (torch's T_max).
        minimum: the lowest value.

    Raises:
        InputError: a half cycle that is not positive.
    """
    half_cycles = progress.epoch / positive("cosine_cycle", "half_cycle", half_cycle)
    return _cosine_between(learning_rate, minimum, half_cycles)


def _cosine_between(highest: float, lowest: float, half_cycles: float) -> float:
    return lowest + (highest - lowest) / 2 * (1 + cos(pi * half_cycles))
