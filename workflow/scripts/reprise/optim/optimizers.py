"""The registry of optimizers, and what the engine does with one between updates.

An entry is called as ``entry(parameters, learning_rate, momentum, **arguments)`` and returns a
torch optimizer. ``momentum`` is the weight of the past in the average of gradients: SGD's momentum,
Adam's first beta.
"""

from collections.abc import Iterable
from typing import Any

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
    decay_kernels_only: bool = False,
) -> Optimizer:
    """Stochastic gradient descent with momentum, weight decay coupled to the gradient.

    Args:
        parameters: of the model.
        learning_rate: at the first update.
        momentum: at the first update.
        weight_decay: what times a weight is added to its gradient.
        nesterov: Nesterov's momentum.
        decay_kernels_only: whether weight decay acts on kernels alone, that is on parameters of
            two or more dimensions, and not on biases and the affine parameters of norms.

    Raises:
        InputError: Nesterov's momentum without momentum.
    """
    if nesterov and momentum <= 0:
        raise InputError(
            f"optimizer 'sgd' expects a positive momentum for nesterov, but momentum is "
            f"{momentum:g}: raise it or leave nesterov out"
        )
    parameters = list(parameters)
    return torch.optim.SGD(
        _groups(parameters, weight_decay) if decay_kernels_only else parameters,
        lr=learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        nesterov=nesterov,
        **_implementation(parameters),
    )


@optimizers.register("adam")
def adam(
    parameters: Iterable[Parameter],
    learning_rate: float,
    momentum: float,
    *,
    weight_decay: float = 0.0,
    beta2: float = 0.999,
    eps: float = 1e-8,
) -> Optimizer:
    """Adam (Kingma and Ba, 2014), weight decay coupled to the gradient.

    Args:
        parameters: of the model.
        learning_rate: at the first update.
        momentum: beta 1, the decay of the average of gradients, at the first update.
        weight_decay: what times a weight is added to its gradient.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
    """
    parameters = list(parameters)
    return torch.optim.Adam(
        parameters,
        lr=learning_rate,
        betas=(momentum, beta2),
        eps=eps,
        weight_decay=weight_decay,
        **_implementation(parameters),
    )


def set_rates(optimizer: Optimizer, learning_rate: float, momentum: float) -> None:
    """Gives the next updates of ``optimizer`` this learning rate and this momentum."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        if "betas" in group:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


def _groups(parameters: list[Parameter], weight_decay: float) -> list[dict[str, Any]]:
    """Kernels with weight decay, all other parameters without."""
    kernels = [parameter for parameter in parameters if parameter.dim() >= 2]
    others = [parameter for parameter in parameters if parameter.dim() < 2]
    groups = [
        {"params": kernels, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def _implementation(parameters: list[Parameter]) -> dict[str, bool]:
    """One kernel for the whole update where torch has it, else one for each operation."""
    fused = all(
        parameter.device.type in FUSED_DEVICES and parameter.dtype in FUSED_DTYPES
        for parameter in parameters
    )
    return {"fused": fused, "foreach": not fused}
