"""Ranger21, as its authors' public code steps (lessw2020/Ranger21, ranger21/ranger21.py)."""

import math
from collections.abc import Callable, Iterable
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
from torch.nn.functional import softplus
from torch.optim import Optimizer

CLIPPING = 1e-2
SMALLEST_NORM = 1e-3
SMALLEST_GRADIENT_NORM = 1e-6
SMALLEST_DEVIATION = 1e-8
SOFTPLUS_SHARPNESS = 50
NORM_LOSS = 1e-4
LOOKAHEAD_UPDATES = 5
LOOKAHEAD_SHARE = 0.5
LONGEST_RISE = 0.45
SHORT_RISE = 0.22
FALL_START = 0.72


class Ranger21(Optimizer):
    """Ranger21 (Wright and Demeure, 2021, "Ranger21: a synergistic deep learning optimizer").

    Where the code and the paper differ, this does what the code does:

    - stable weight decay and norm loss act on the last parameter alone, since the code applies
      them after its loop over parameters;
    - the largest average of squared gradients that it keeps stays 0, so that the present average
      divides;
    - positive-negative momentum is scaled by beta 2, not by beta 1.

    Args:
        parameters: what is trained, in order.
        updates: of the whole run.
        lr: the peak of the learning rate.
        betas: of the averages of gradients and of squared gradients.
        weight_decay, eps: see ``ranger21`` in ``ranger_optimizers``.
        final_lr: at the end of the run.

    Attributes:
        current_lr: the learning rate of the last update.
    """

    def __init__(
        self,
        parameters: Iterable[Parameter],
        *,
        updates: int,
        lr: float,
        betas: tuple[float, float],
        weight_decay: float,
        eps: float,
        final_lr: float,
    ) -> None:
        super().__init__(parameters, {"lr": lr, "betas": betas})
        self.updates = updates
        self.peak = lr
        self.final_lr = final_lr
        self.weight_decay = weight_decay
        self.eps = eps
        self.current_lr = lr

    @torch.no_grad()
    def step(self, closure: Callable[[], Any] | None = None) -> Any:
        """One update of all parameters that have a gradient."""
        loss = None if closure is None else torch.enable_grad()(closure)()
        parameters = [
            p for group in self.param_groups for p in group["params"] if p.grad is not None
        ]
        if not parameters:
            return loss
        beta1, beta2 = self.param_groups[0]["betas"]
        gradients = [_standardised(_clipped(p, p.grad)) for p in parameters]
        number = self._count(parameters)
        self.current_lr = self._rate(number, beta2)
        mean = self._averaged_squares(parameters, gradients, beta2, number)
        self._decay(parameters[-1], mean)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            self._move(parameter, gradient, beta1, beta2, number)
        if number % LOOKAHEAD_UPDATES == 0:
            for parameter in parameters:
                slow = self.state[parameter]["slow"]
                slow.lerp_(parameter, LOOKAHEAD_SHARE)
                parameter.copy_(slow)
        return loss

    def _count(self, parameters: list[Parameter]) -> int:
        """The number of this update, from 1; makes the states of parameters without one."""
        for parameter in parameters:
            state = self.state[parameter]
            if not state:
                state["step"] = 0
                state["squares"] = torch.zeros_like(parameter)
                state["odd"] = torch.zeros_like(parameter)
                state["even"] = torch.zeros_like(parameter)
                state["slow"] = parameter.clone()
            state["step"] += 1
        return self.state[parameters[-1]]["step"]

    def _rate(self, number: int, beta2: float) -> float:
        """The rate of an update: a linear rise, the peak, and a linear fall."""
        rise = math.ceil(2 / (1 - beta2))
        if rise > LONGEST_RISE * self.updates:
            rise = int(SHORT_RISE * self.updates)
        fall = int(FALL_START * self.updates)
        if number >= fall:
            share = min(1.0, (number + 1 - fall) / (self.updates - fall + 1))
            return max(self.final_lr, self.peak - (self.peak - self.final_lr) * share)
        return self.peak * (number / rise if number < rise else 1.0)

    def _averaged_squares(
        self, parameters: list[Parameter], gradients: list[Tensor], beta2: float, number: int
    ) -> Tensor:
        """Update the averages of squared gradients; the mean of all of them, without their bias."""
        total = torch.zeros((), device=parameters[0].device, dtype=parameters[0].dtype)
        for parameter, gradient in zip(parameters, gradients, strict=True):
            squares = self.state[parameter]["squares"]
            squares.mul_(beta2).addcmul_(gradient, gradient, value=1 - beta2)
            total += squares.sum()
        return total / (1 - beta2**number) / sum(p.numel() for p in parameters)

    def _decay(self, parameter: Parameter, mean_square: Tensor) -> None:
        """Stable weight decay (Xie et al., 2020) and norm loss (Georgiou et al., 2021)."""
        if self.weight_decay:
            # Without reading the mean from the device, which would wait for it.
            parameter.mul_(1 - self.weight_decay * self.current_lr / mean_square.sqrt())
        norm = _unit_norm(parameter)
        parameter.mul_(1 - self.current_lr * 2 * NORM_LOSS * (1 - 1 / (norm + self.eps)))

    def _move(
        self, parameter: Parameter, gradient: Tensor, beta1: float, beta2: float, number: int
    ) -> None:
        """Positive-negative momentum (Xie et al., 2021) over a softened root of the squares."""
        state = self.state[parameter]
        names = ("odd", "even") if number % 2 else ("even", "odd")
        positive, negative = (state[name] for name in names)
        # The code standardises once more here what it has standardised in place.
        positive.mul_(beta1**2).add_(_standardised(gradient), alpha=1 - beta1**2)
        momentum = 2 * positive - negative
        root = (state["squares"] / (1 - beta2**number)).sqrt() + self.eps
        scale = math.sqrt((1 + beta2) ** 2 + beta2**2) * (1 - beta1**number)
        parameter.addcdiv_(
            momentum, softplus(root, beta=SOFTPLUS_SHARPNESS), value=-self.current_lr / scale
        )


def _clipped(parameter: Tensor, gradient: Tensor) -> Tensor:
    """Adaptive gradient clipping (Brock et al., 2021), by unit."""
    most = _unit_norm(parameter).clamp(min=SMALLEST_NORM) * CLIPPING
    norm = _unit_norm(gradient)
    clipped = gradient * (most / norm.clamp(min=SMALLEST_GRADIENT_NORM))
    return torch.where(norm > most, clipped, gradient)


def _standardised(gradient: Tensor) -> Tensor:
    """The gradient centred by unit (Yong et al., 2020) and divided by its standard deviation."""
    if gradient.dim() > 1:
        gradient = gradient - gradient.mean(tuple(range(1, gradient.dim())), keepdim=True)
    if gradient.numel() > 2:
        gradient = gradient / (gradient.std() + SMALLEST_DEVIATION)
    return gradient


def _unit_norm(tensor: Tensor) -> Tensor:
    """The norm of what belongs to each output: of a whole vector, a row, or a kernel."""
    if tensor.dim() <= 1:
        return torch.linalg.vector_norm(tensor)
    return torch.linalg.vector_norm(tensor, dim=tuple(range(1, tensor.dim())), keepdim=True)
