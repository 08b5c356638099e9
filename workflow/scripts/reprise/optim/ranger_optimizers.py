"""Ranger and Ranger21: several ideas about Adam at once."""

from typing import Any

from torch import nn
from torch.optim import Optimizer

from reprise.errors import InputError
from reprise.missing import MissingPackage
from reprise.optim.optimizers import Start, optimizers
from reprise.optim.ranger21 import Ranger21

try:
    import pytorch_optimizer
except ImportError:
    # Ranger21 does without it.
    pytorch_optimizer = MissingPackage("pytorch_optimizer", "optimizer 'ranger'")


@optimizers.register("ranger")
def ranger(
    model: nn.Module,
    start: Start,
    *,
    weight_decay: float = 0.0,
    beta2: float = 0.999,
    eps: float = 1e-5,
    lookahead_updates: int = 6,
    lookahead_share: float = 0.5,
) -> Optimizer:
    """Ranger: rectified Adam with lookahead and centralised gradients.

    Liu et al. (2020), "On the variance of the adaptive learning rate and beyond", Zhang et al.
    (2019), "Lookahead optimizer: k steps forward, 1 step back", and Yong et al. (2020), "Gradient
    centralization". Defaults are those of Ranger, which starts from a momentum of 0.95. As there,
    steps are plain momentum while the variance of the averages cannot be rectified; the package's
    own default would climb in these steps.

    Args:
        model: the model.
        start: the run's start; momentum is beta 1.
        weight_decay: the weight falls by the learning rate times this times the weight.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
        lookahead_updates: updates after which the slow weights follow.
        lookahead_share: the part of the way to the weights that the slow ones go, and where the
            weights go on from.
    """
    return pytorch_optimizer.Ranger(
        model.parameters(),
        lr=start.learning_rate,
        betas=(start.momentum, beta2),
        alpha=lookahead_share,
        k=lookahead_updates,
        weight_decay=weight_decay,
        eps=eps,
        degenerated_to_sgd=True,
    )


@optimizers.register("ranger21")
def ranger21(
    model: nn.Module,
    start: Start,
    *,
    weight_decay: float = 1e-4,
    beta2: float = 0.999,
    eps: float = 1e-8,
    final_learning_rate: float = 3e-5,
) -> Optimizer:
    """Ranger21 (Wright and Demeure, 2021, "Ranger21: a synergistic deep learning optimizer").

    Positive-negative momentum, adaptive gradient clipping (1e-2), centralised and normalised
    gradients, softplus of the denominator (beta 50), norm loss (1e-4), stable weight decay, and
    lookahead every 5 updates (share 0.5), as in the authors' public code. ``Ranger21`` says where
    the code differs from the paper.

    It schedules its learning rate itself, so that the cell's schedule has to be constant: it says
    the peak. The rate rises linearly over the first ceil(2 / (1 - beta2)) updates (2000 by
    default), or over 22 % of the run where these are more than 45 % of it, and falls linearly from
    update 72 % of the run on to the final learning rate. The history of a run shows the
    schedule's constant rate, the peak, and not the one that an update was made with, which is the
    optimizer's attribute ``current_lr``.

    Args:
        model: the model.
        start: the run's start; momentum is beta 1, the learning rate the peak, and updates are
            those of the whole run.
        weight_decay: of the stable kind: the weight falls by the learning rate times this times
            the weight, over the root of the mean of the averages of squared gradients.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
        final_learning_rate: at the end of the run, at most the peak.

    Raises:
        InputError: a learning rate below the final one; in a step, another one than at the start.
    """
    if start.learning_rate < final_learning_rate:
        raise InputError(
            "optimizer 'ranger21' expects a learning rate of at least its final_learning_rate of "
            f"{final_learning_rate:g}, but the schedule starts at {start.learning_rate:g}: raise "
            "it or lower final_learning_rate"
        )
    optimizer = Ranger21(
        model.parameters(),
        updates=start.updates,
        lr=start.learning_rate,
        betas=(start.momentum, beta2),
        weight_decay=weight_decay,
        eps=eps,
        final_lr=final_learning_rate,
    )

    def check_schedule(*_: Any) -> None:
        found = optimizer.param_groups[0]["lr"]
        if found != start.learning_rate:
            raise InputError(
                "optimizer 'ranger21' schedules its own learning rate and expects the schedule "
                f"'constant', but the rate changed from {start.learning_rate:g} to {found:g}: "
                "use 'constant' with it"
            )

    optimizer.register_step_pre_hook(check_schedule)
    return optimizer
