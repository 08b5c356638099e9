"""Cyclical learning rates.

Smith (2017), "Cyclical learning rates for training neural networks", WACV.
"""

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules


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
    if half_cycle <= 0:
        raise InputError(
            f"schedule 'triangular' expects a positive half_cycle, but half_cycle is "
            f"{half_cycle:g}: give it in epochs"
        )
    half_cycle_updates = half_cycle * progress.updates / progress.epochs
    position = progress.update / half_cycle_updates % 2
    return base + (learning_rate - base) * (1 - abs(position - 1))
