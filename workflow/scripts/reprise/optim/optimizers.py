"""The registry of optimizers, and what the engine does with one between updates.

An entry is called as ``entry(model, start, **arguments)`` and returns a torch optimizer of the
model's parameters. An optimizer with a method ``advance(progress)`` is told of the progress of the
run before every update. ``units`` tells the planner which arguments are measured in epochs or in
updates of a whole run, and ``choices`` which are optimizers themselves.
"""

from dataclasses import dataclass
from typing import Any

import torch
from torch import nn
from torch.nn import Parameter
from torch.optim import Optimizer

from reprise.errors import InputError
from reprise.registry import Registry

optimizers = Registry("optimizer")

FUSED_DEVICES = ("cpu", "cuda")
FUSED_DTYPES = (torch.float32, torch.float64)


@dataclass(frozen=True)
class Start:
    """What an optimizer is told of the run that it starts.

    Attributes:
        learning_rate: at the first update.
        momentum: at the first update: the weight of the past in the average of gradients, that is
            SGD's momentum, Adam's first beta.
        epochs: of the whole run.
        updates: of the whole run.
    """

    learning_rate: float
    momentum: float
    epochs: int
    updates: int


@optimizers.register("sgd")
def sgd(
    model: nn.Module,
    start: Start,
    *,
    weight_decay: float = 0.0,
    nesterov: bool = False,
    decay_kernels_only: bool = False,
    norm_scale_target: float = 0.0,
) -> Optimizer:
    """Stochastic gradient descent with momentum, weight decay coupled to the gradient.

    Args:
        model: the model.
        start: the run's start.
        weight_decay: what times a weight is added to its gradient.
        nesterov: Nesterov's momentum.
        decay_kernels_only: whether weight decay acts on kernels alone, that is on parameters of
            two or more dimensions, and not on biases and the affine parameters of norms.
        norm_scale_target: what weight decay draws the scales (gamma) of norms towards, usually 0
            or 1, where it acts on them.

    Raises:
        InputError: Nesterov's momentum without momentum.
    """
    momentum = start.momentum
    if nesterov and momentum <= 0:
        raise InputError(
            f"optimizer 'sgd' expects a positive momentum for nesterov, but momentum is "
            f"{momentum:g}: raise it or leave nesterov out"
        )
    parameters = list(model.parameters())
    optimizer = torch.optim.SGD(
        decay_groups(parameters, weight_decay) if decay_kernels_only else parameters,
        lr=start.learning_rate,
        momentum=momentum,
        weight_decay=weight_decay,
        nesterov=nesterov,
        **implementation(parameters),
    )
    if norm_scale_target and weight_decay and not decay_kernels_only:
        _move_decay_target(optimizer, norm_scales(model), weight_decay * norm_scale_target)
    return optimizer


@optimizers.register("adam")
def adam(
    model: nn.Module,
    start: Start,
    *,
    weight_decay: float = 0.0,
    beta2: float = 0.999,
    eps: float = 1e-8,
    decoupled_weight_decay: bool = False,
) -> Optimizer:
    """Adam (Kingma and Ba, 2014).

    Args:
        model: the model.
        start: the run's start; momentum is beta 1, the decay of the average of gradients.
        weight_decay: what times a weight is added to its gradient.
        beta2: the decay of the average of squared gradients.
        eps: added to the root of that average.
        decoupled_weight_decay: the weight falls by the learning rate times weight decay instead
            (Loshchilov and Hutter, 2019, "Decoupled weight decay regularization").
    """
    parameters = list(model.parameters())
    return torch.optim.Adam(
        parameters,
        lr=start.learning_rate,
        betas=(start.momentum, beta2),
        eps=eps,
        weight_decay=weight_decay,
        decoupled_weight_decay=decoupled_weight_decay,
        **implementation(parameters),
    )


def norm_scales(model: nn.Module) -> list[Parameter]:
    """The scales (gamma) of a model's norms: the weights of one dimension, PReLU's slopes aside."""
    return [
        module.weight
        for module in model.modules()
        if isinstance(getattr(module, "weight", None), Parameter)
        and module.weight.dim() == 1
        and not isinstance(module, nn.PReLU)
    ]


def _move_decay_target(optimizer: Optimizer, weights: list[Parameter], change: float) -> None:
    """Draw weights towards a target: decay * (weight - target) is decay * weight and a constant."""

    def change_gradients(*_: Any) -> None:
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        torch._foreach_sub_(gradients, change)

    optimizer.register_step_pre_hook(change_gradients)


def set_rates(optimizer: Optimizer, learning_rate: float, momentum: float) -> None:
    """Gives the next updates of ``optimizer`` this learning rate and this momentum, which one that
    has none keeps unused."""
    for group in optimizer.param_groups:
        group["lr"] = learning_rate
        if "betas" in group:
            group["betas"] = (momentum, *group["betas"][1:])
        else:
            group["momentum"] = momentum


def decay_groups(parameters: list[Parameter], weight_decay: float) -> list[dict[str, Any]]:
    """Kernels with weight decay, all other parameters without."""
    kernels = [parameter for parameter in parameters if parameter.dim() >= 2]
    others = [parameter for parameter in parameters if parameter.dim() < 2]
    groups = [
        {"params": kernels, "weight_decay": weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return [group for group in groups if group["params"]]


def implementation(parameters: list[Parameter]) -> dict[str, bool]:
    """One kernel for the whole update where torch has it, else one for each operation."""
    fused = all(
        parameter.device.type in FUSED_DEVICES and parameter.dtype in FUSED_DTYPES
        for parameter in parameters
    )
    return {"fused": fused, "foreach": not fused}
