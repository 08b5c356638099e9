"""Optimizers against their update rules."""

import pytest
import torch
from torch.nn import Parameter

from reprise.errors import InputError
from reprise.optim.optimizers import optimizers, set_rates


def updated(dtype=torch.float64, **arguments):
    """Two updates from w = 2 with the gradients 1 and 3, and learning rates 0.1 and 0.01."""
    weight = Parameter(torch.tensor([2.0], dtype=dtype))
    optimizer = optimizers["sgd"](iter([weight]), 0.1, 0.9, **arguments)
    found = []
    for gradient, rate in ((1.0, 0.1), (3.0, 0.01)):
        set_rates(optimizer, rate, 0.9)
        weight.grad = torch.full_like(weight, gradient)
        optimizer.step()
        found.append(weight.item())
    return found


def test_momentum():
    # v: 1, then 0.9 + 3.
    assert updated() == pytest.approx([2 - 0.1, 1.9 - 0.01 * 3.9])


def test_weight_decay_is_coupled():
    # v: 1 + 0.5 * 2 = 2, then 1.8 + 3 + 0.5 * 1.8 = 5.7.
    assert updated(weight_decay=0.5) == pytest.approx([1.8, 1.8 - 0.057])


def test_nesterov():
    # Steps g + 0.9 v: 1.9, then 3 + 0.9 * 3.9 = 6.51.
    assert updated(nesterov=True) == pytest.approx([2 - 0.19, 1.81 - 0.0651])


def test_rates_without_a_fused_kernel():
    assert updated(dtype=torch.bfloat16) == pytest.approx([1.9, 1.86], abs=0.02)


def test_set_rates_sets_every_group():
    optimizer = torch.optim.SGD(
        [{"params": [Parameter(torch.zeros(1))]}, {"params": [Parameter(torch.zeros(1))]}],
        lr=1.0,
        momentum=0.9,
    )
    set_rates(optimizer, 0.2, 0.5)
    assert [(group["lr"], group["momentum"]) for group in optimizer.param_groups] == [
        (0.2, 0.5)
    ] * 2


def test_nesterov_needs_momentum():
    with pytest.raises(InputError, match="positive momentum for nesterov"):
        optimizers["sgd"]([Parameter(torch.zeros(1))], 0.1, 0.0, nesterov=True)
