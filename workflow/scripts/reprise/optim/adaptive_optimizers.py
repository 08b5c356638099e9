"""Kin of Adam: rates that adapt to each weight's gradients."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import nn
from torch.optim import Optimizer

from reprise.errors import InputError, choose_among
from reprise.optim.optimizers import Start, implementation, optimizers

EARLY_UPDATES = ("momentum", "none")
# Liu et al. (2020) rectify above 4; torch and the authors' public code from 5 on.
SHORTEST_AVERAGE = 5


@optimizers.register("radam")
def radam(
    model: nn.Module,
    start: Start,
    *,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled_weight_decay: bool = False,
    early_updates: str = "momentum",
) -> Optimizer:
    """Rectified Adam (Liu et al., 2020, "On the variance of the adaptive learning rate and beyond",
    algorithm 2).

    Args:
        model: the model.
        start: the run's start; momentum is beta 1.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
        weight_decay: what times a weight is added to its gradient.
        decoupled_weight_decay: the weight falls by the learning rate times weight decay instead.
        early_updates: what happens while the average of squared gradients is too short (5 values
            or fewer) to rectify its variance: "momentum" is a step of plain momentum, as in the
            paper and in torch; "none" leaves the weights as they are, without weight decay too,
            while both averages are gathered, as the authors' public code does.

    Raises:
        InputError: early updates of another name.
    """
    if early_updates not in EARLY_UPDATES:
        known = choose_among(early_updates, EARLY_UPDATES)
        raise InputError(f"unknown early_updates {early_updates!r} of optimizer 'radam': {known}")
    kind = torch.optim.RAdam if early_updates == "momentum" else WaitingRAdam
    return kind(
        model.parameters(),
        lr=start.learning_rate,
        betas=(start.momentum, beta2),
        eps=eps,
        weight_decay=weight_decay,
        decoupled_weight_decay=decoupled_weight_decay,
        foreach=True,
    )


class WaitingRAdam(torch.optim.RAdam):
    """Rectified Adam that leaves the weights as they are until it can rectify."""

    def step(self, closure: None = None) -> None:
        """One update, or one of the averages alone."""
        update = _count_update(self)
        if _average_length(self.param_groups[0]["betas"][1], update) > SHORTEST_AVERAGE:
            super().step()
            return
        with _weights_held(self):
            super().step()


@optimizers.register("adam_frozen_start", units={"frozen_updates": "updates"})
def adam_frozen_start(
    model: nn.Module,
    start: Start,
    *,
    frozen_updates: int = 2000,
    beta2: float = 0.999,
    eps: float = 1e-8,
    weight_decay: float = 0.0,
    decoupled_weight_decay: bool = False,
) -> Optimizer:
    """Adam whose first updates gather the average of squared gradients alone.

    Adam-2k of Liu et al. (2020), "On the variance of the adaptive learning rate and beyond",
    section 3.1. Both bias corrections count updates from the first frozen one, as the authors'
    public code does. The average of gradients, which starts from 0 after the frozen ones, is
    therefore hardly corrected: first steps are small.

    Args:
        model: the model.
        start: the run's start; momentum is beta 1.
        frozen_updates: updates in which weights and the average of gradients stay as they are.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
        weight_decay: what times a weight is added to its gradient.
        decoupled_weight_decay: the weight falls by the learning rate times weight decay instead.

    Raises:
        InputError: a negative number of frozen updates.
    """
    if frozen_updates < 0:
        raise InputError(
            "optimizer 'adam_frozen_start' expects 0 frozen_updates or more, but it is "
            f"{frozen_updates}: correct it"
        )
    parameters = list(model.parameters())
    return FrozenStartAdam(
        parameters,
        frozen_updates,
        lr=start.learning_rate,
        betas=(start.momentum, beta2),
        eps=eps,
        weight_decay=weight_decay,
        decoupled_weight_decay=decoupled_weight_decay,
        **implementation(parameters),
    )


class FrozenStartAdam(torch.optim.Adam):
    """Adam with frozen first updates."""

    def __init__(self, parameters: list[nn.Parameter], frozen_updates: int, **arguments: Any):
        super().__init__(parameters, **arguments)
        self.frozen_updates = frozen_updates

    def step(self, closure: None = None) -> None:
        """One update, or one of the average of squared gradients alone."""
        if _count_update(self) > self.frozen_updates:
            super().step()
            return
        with _weights_held(self):
            super().step()
        torch._foreach_zero_([state["exp_avg"] for state in self.state.values()])


@optimizers.register("adadelta")
def adadelta(
    model: nn.Module,
    start: Start,
    *,
    rho: float = 0.9,
    eps: float = 1e-6,
    weight_decay: float = 0.0,
    decay_kernels_only: bool = True,
) -> Optimizer:
    """Adadelta (Zeiler, 2012) with decoupled weight decay.

    Args:
        model: the model.
        start: the run's start; there is no momentum.
        rho: the decay of the averages of squared gradients and of squared changes.
        eps: added to these averages before their roots are taken.
        weight_decay: before each update a weight falls by the learning rate times this times the
            weight.
        decay_kernels_only: whether weight decay acts on kernels alone, that is on parameters of
            two or more dimensions, and not on biases and the affine parameters of norms.
    """
    parameters = list(model.parameters())
    optimizer = torch.optim.Adadelta(
        parameters, lr=start.learning_rate, rho=rho, eps=eps, foreach=True
    )
    decaying = [p for p in parameters if p.dim() >= 2 or not decay_kernels_only]

    @torch.no_grad()
    def decay(*_: Any) -> None:
        torch._foreach_mul_(decaying, 1 - optimizer.param_groups[0]["lr"] * weight_decay)

    if weight_decay and decaying:
        optimizer.register_step_pre_hook(decay)
    return optimizer


@contextmanager
def _weights_held(optimizer: Optimizer) -> Iterator[None]:
    """A learning rate of 0, which moves averages and no weights."""
    rates = [group["lr"] for group in optimizer.param_groups]
    for group in optimizer.param_groups:
        group["lr"] = 0.0
    try:
        yield
    finally:
        for group, rate in zip(optimizer.param_groups, rates, strict=True):
            group["lr"] = rate


def _count_update(optimizer: Optimizer) -> int:
    """The number of this update, from 1, counted where no device is waited for and where
    ``state_dict`` keeps it."""
    group = optimizer.param_groups[0]
    group["updates"] = group.get("updates", 0) + 1
    return group["updates"]


def _average_length(beta2: float, update: int) -> float:
    """Values that the average of squared gradients amounts to (Liu et al., 2020, section 4.1)."""
    limit = 2 / (1 - beta2) - 1
    return limit - 2 * update * beta2**update / (1 - beta2**update)
