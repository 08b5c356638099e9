"""The registry of optimizers, and what the engine does with one between updates.

An entry is called as ``entry(parameters, learning_rate, momentum, **arguments)`` and returns a
torch optimizer.
"""

from collections.abc import Iterable

import torch
from torch.nn import Parameter
from torch.optim import Optimizer

from reprise.errors import InputError
from reprise.registry import Registry

optimizers = Registry("optimizer")

FUSED_DEVICES = ("cpu", "cuda")
FUSED_DTYPES = (torch.float32, torch.float64)


@optimizers.register("sgd")
def sgd(
    parameters: Iterable[Parameter],
    learning_rate: float,
    momentum: float,
    *,
    weight_decay: float = 0.0,
    nesterov: bool = False,
) -> Optimizer:
    """Stochastic gradient descent with momentum, weight decay coupled to the gradient.

    Raises:
        InputError: Nesterov's momentum without momentum.
    """
    if nesterov and momentum <= 0:
        raise InputError(
            f"optimizer 'sgd' expects a positive momentum for nesterov, but momentum is "
            f"{momentum:g}: raise it or leave nesterov out"
        )
    parameters = list(parameters)
    fused = _can_fuse(parameters)
    return torch.optim.SGD(
        parameters,
        lr=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        nesterov=nesterov,
        fused=fused,
        foreach=not fused,
    )


def set_rates(optimizer: Optimizer, learning_rate: float, momentum: float) -> None:
    """Gives the next updates of ``optimizer`` this learning rate and this momentum."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        group["momentum"] = momentum


def _can_fuse(parameters: list[Parameter]) -> bool:
    """Whether torch has one kernel for the whole update of these parameters."""
    return all(
        parameter.device.type in FUSED_DEVICES and parameter.dtype in FUSED_DTYPES
        for parameter in parameters
    )
