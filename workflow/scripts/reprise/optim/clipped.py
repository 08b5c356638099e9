"""An optimizer of clipped gradients."""

from collections.abc import Mapping
from typing import Any

from torch import nn
from torch.nn.utils import clip_grad_norm_
from torch.optim import Optimizer

from reprise.errors import InputError
from reprise.optim.optimizers import Start, optimizers
from reprise.studies.choice import Choice


@optimizers.register("clipped", choices={"optimizer": "optimizer"})
def clipped(
    model: nn.Module, start: Start, *, norm: float, optimizer: Mapping[str, Any] | str
) -> Optimizer:
    """An optimizer that gets gradients of a limited norm. Where all gradients together have a
    larger one, they are scaled down to it (Pascanu, Mikolov and Bengio, 2013, "On the difficulty of
    training recurrent neural networks", algorithm 1).

    Args:
        model: the model.
        start: the run's start.
        norm: the largest Euclidean norm, above 0.
        optimizer: with its arguments.

    Raises:
        InputError: the norm is not above 0, the optimizer is two in turn, or what it says of its
            arguments.
    """
    if not norm > 0:
        raise InputError(
            f"optimizer 'clipped' expects a norm above 0, but it is {norm:g}: correct it or name "
            "the optimizer alone"
        )
    choice = Choice.of(optimizer, "optimizer clipped")
    if choice.arguments.get("norm_scale_target"):
        raise InputError(
            "optimizer 'clipped' expects one whose weight decay acts after clipping, found "
            f"{choice.name!r} with norm_scale_target, which acts before: leave one of them out"
        )
    made = optimizers[choice.name](model, start, **choice.arguments)
    if not isinstance(made, Optimizer):
        raise InputError(
            f"optimizer 'clipped' expects one plain optimizer, but it is {choice.name!r}: clip "
            "each of its optimizers instead"
        )
    parameters = list(model.parameters())
    made.register_step_pre_hook(lambda *_: _clip(parameters, norm))
    return made


def _clip(parameters: list[nn.Parameter], norm: float) -> None:
    # A hook that returns something would replace the arguments of the step.
    clip_grad_norm_(parameters, norm)
