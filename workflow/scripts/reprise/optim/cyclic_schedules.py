"""Cyclical learning rates.

Smith (2017), "Cyclical learning rates for training neural networks", WACV.
"""

from reprise.optim.progress import Progress
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
