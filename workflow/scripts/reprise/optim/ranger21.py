"""Ranger21, as its authors' public code steps (lessw2020/Ranger21, ranger21/ranger21.py).

Operations on all parameters at once (torch's ``_foreach`` functions) take the place of a loop over
them, since a GPU works through a small network faster than a program can ask for single operations.
Nothing is read from the device.
"""

import math
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import torch
from torch import Tensor
from torch.nn import Parameter
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
        gradients = _clipped(parameters, [parameter.grad for parameter in parameters])
        deviations = _standardise(gradients)
        number = self._count(parameters)
        self.current_lr = self._rate(number, beta2)
        mean = self._averaged_squares(parameters, gradients, beta2, number)
        self._decay(parameters[-1], mean)
        # The code standardises once more what it has standardised in place.
        _divide(gradients, _deviations_of_standardised(deviations))
        self._move(parameters, gradients, beta1, beta2, number)
        if number % LOOKAHEAD_UPDATES == 0:
            slow = self._states(parameters, "slow")
            torch._foreach_lerp_(slow, parameters, LOOKAHEAD_SHARE)
            torch._foreach_copy_(parameters, slow)
        return loss

    def _states(self, parameters: list[Parameter], name: str) -> list[Tensor]:
        return [self.state[parameter][name] for parameter in parameters]

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
        squares = self._states(parameters, "squares")
        torch._foreach_mul_(squares, beta2)
        torch._foreach_addcmul_(squares, gradients, gradients, value=1 - beta2)
        # None is below 0, so that the sum of magnitudes is the sum.
        total = torch.stack(torch._foreach_norm(squares, 1)).sum()
        return total / (1 - beta2**number) / sum(p.numel() for p in parameters)

    def _decay(self, parameter: Parameter, mean_square: Tensor) -> None:
        """Stable weight decay (Xie et al., 2020) and norm loss (Georgiou et al., 2021)."""
        if self.weight_decay:
            # Without reading the mean from the device, which would wait for it.
            parameter.mul_(1 - self.weight_decay * self.current_lr / mean_square.sqrt())
        (norm,) = _unit_norms([parameter])
        parameter.mul_(1 - self.current_lr * 2 * NORM_LOSS * (1 - 1 / (norm + self.eps)))

    def _move(
        self,
        parameters: list[Parameter],
        gradients: list[Tensor],
        beta1: float,
        beta2: float,
        number: int,
    ) -> None:
        """Positive-negative momentum (Xie et al., 2021) over a softened root of the squares."""
        names = ("odd", "even") if number % 2 else ("even", "odd")
        positive, negative = (self._states(parameters, name) for name in names)
        torch._foreach_mul_(positive, beta1**2)
        torch._foreach_add_(positive, gradients, alpha=1 - beta1**2)
        momentum = torch._foreach_mul(positive, 2)
        torch._foreach_sub_(momentum, negative)
        roots = torch._foreach_div(self._states(parameters, "squares"), 1 - beta2**number)
        torch._foreach_sqrt_(roots)
        torch._foreach_add_(roots, self.eps)
        scale = math.sqrt((1 + beta2) ** 2 + beta2**2) * (1 - beta1**number)
        torch._foreach_addcdiv_(
            parameters, momentum, _softened(roots), value=-self.current_lr / scale
        )


def _clipped(parameters: Sequence[Tensor], gradients: Sequence[Tensor]) -> list[Tensor]:
    """Adaptive gradient clipping (Brock et al., 2021), by unit."""
    most = _unit_norms(parameters)
    torch._foreach_clamp_min_(most, SMALLEST_NORM)
    torch._foreach_mul_(most, CLIPPING)
    norms = _unit_norms(gradients)
    torch._foreach_clamp_min_(norms, SMALLEST_GRADIENT_NORM)
    torch._foreach_div_(most, norms)
    # Shorter gradients stay as they are.
    torch._foreach_clamp_max_(most, 1.0)
    return list(torch._foreach_mul(gradients, most))


def _standardise(gradients: list[Tensor]) -> list[Tensor | None]:
    """Centre gradients by unit (Yong et al., 2020) and divide them by their standard deviations, in
    place.

    Returns:
        The deviations before; None of those that are not divided.
    """
    matrices = [gradient for gradient in gradients if gradient.dim() > 1]
    if matrices:
        means = [m.mean(tuple(range(1, m.dim())), keepdim=True) for m in matrices]
        torch._foreach_sub_(matrices, means)
    deviations = [g.std() if g.numel() > 2 else None for g in gradients]
    _divide(gradients, deviations)
    return deviations


def _divide(gradients: list[Tensor], deviations: list[Tensor | None]) -> None:
    """Divide by deviations, as far as there are any, in place."""
    known = [deviation for deviation in deviations if deviation is not None]
    if not known:
        return
    divided = [g for g, d in zip(gradients, deviations, strict=True) if d is not None]
    torch._foreach_div_(divided, torch._foreach_add(known, SMALLEST_DEVIATION))


def _deviations_of_standardised(deviations: list[Tensor | None]) -> list[Tensor | None]:
    """Those of gradients that were divided by their deviations."""
    known = [deviation for deviation in deviations if deviation is not None]
    if not known:
        return deviations
    found = iter(torch._foreach_div(known, torch._foreach_add(known, SMALLEST_DEVIATION)))
    return [None if deviation is None else next(found) for deviation in deviations]


def _softened(roots: list[Tensor]) -> list[Tensor]:
    """Softplus of numbers of 0 or more: x + log(1 + exp(-sharpness x)) / sharpness."""
    softened = torch._foreach_mul(roots, -SOFTPLUS_SHARPNESS)
    torch._foreach_exp_(softened)
    torch._foreach_log1p_(softened)
    torch._foreach_div_(softened, SOFTPLUS_SHARPNESS)
    torch._foreach_add_(softened, roots)
    return list(softened)


def _unit_norms(tensors: Sequence[Tensor]) -> list[Tensor]:
    """The norms of what belongs to each output: of a whole vector, a row, or a kernel."""
    vectors = [tensor for tensor in tensors if tensor.dim() <= 1]
    of_vectors = iter(torch._foreach_norm(vectors) if vectors else ())
    return [
        next(of_vectors)
        if tensor.dim() <= 1
        else torch.linalg.vector_norm(tensor, dim=tuple(range(1, tensor.dim())), keepdim=True)
        for tensor in tensors
    ]
