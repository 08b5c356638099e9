"""Optimizers against their update rules."""

import pytest
import torch
from torch import nn
from torch.nn import Parameter

from reprise.errors import InputError
from reprise.optim.optimizers import Start, norm_scales, optimizers, set_rates


@pytest.fixture
def updated(started):
    """Two updates from w = 2 with the gradients 1 and 3, and learning rates 0.1 and 0.01."""

    def run(dtype=torch.float64, **arguments):
        weight = Parameter(torch.tensor([2.0], dtype=dtype))
        optimizer = started("sgd", [weight], **arguments)
        found = []
        for gradient, rate in ((1.0, 0.1), (3.0, 0.01)):
            set_rates(optimizer, rate, 0.9)
            weight.grad = torch.full_like(weight, gradient)
            optimizer.step()
            found.append(weight.item())
        return found

    return run


def test_momentum(updated):
    # v: 1, then 0.9 + 3.
    assert updated() == pytest.approx([2 - 0.1, 1.9 - 0.01 * 3.9])


def test_weight_decay_is_coupled(updated):
    # v: 1 + 0.5 * 2 = 2, then 1.8 + 3 + 0.5 * 1.8 = 5.7.
    assert updated(weight_decay=0.5) == pytest.approx([1.8, 1.8 - 0.057])


def test_nesterov(updated):
    # Steps g + 0.9 v: 1.9, then 3 + 0.9 * 3.9 = 6.51.
    assert updated(nesterov=True) == pytest.approx([2 - 0.19, 1.81 - 0.0651])


def test_rates_without_a_fused_kernel(updated):
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


def test_nesterov_needs_momentum(started):
    with pytest.raises(InputError, match="positive momentum for nesterov"):
        started("sgd", [Parameter(torch.zeros(1))], momentum=0.0, nesterov=True)


@pytest.mark.parametrize("nesterov", [False, True])
@pytest.mark.parametrize("kernels_only", [False, True])
def test_sgd_equals_torchs(started, assert_equal_runs, nesterov, kernels_only):
    def torchs(weights):
        decays = [0.1, 0.1, 0.0 if kernels_only else 0.1]
        groups = [{"params": [w], "weight_decay": d} for w, d in zip(weights, decays, strict=True)]
        return torch.optim.SGD(groups, lr=1.0, momentum=0.5, nesterov=nesterov, fused=False)

    def set_torchs_rates(optimizer, rate, momentum):
        for group in optimizer.param_groups:
            group["lr"], group["momentum"] = rate, momentum

    def ours(weights):
        arguments = {"weight_decay": 0.1, "nesterov": nesterov, "decay_kernels_only": kernels_only}
        return started("sgd", weights, **arguments)

    assert_equal_runs(ours, torchs, set_torchs_rates)


@pytest.mark.parametrize("weight_decay", [0.0, 0.1])
def test_adam_equals_torchs(started, assert_equal_runs, weight_decay):
    def torchs(weights):
        return torch.optim.Adam(
            weights, lr=1.0, betas=(0.5, 0.99), eps=1e-6, weight_decay=weight_decay, fused=False
        )

    def set_torchs_rates(optimizer, rate, beta1):
        optimizer.param_groups[0].update(lr=rate, betas=(beta1, 0.99))

    def ours(weights):
        arguments = {"weight_decay": weight_decay, "beta2": 0.99, "eps": 1e-6}
        return started("adam", weights, **arguments)

    assert_equal_runs(ours, torchs, set_torchs_rates)


def test_adam_has_torchs_defaults(started, parameters):
    optimizer = started("adam", parameters(), 0.001)
    group, torchs = optimizer.param_groups[0], torch.optim.Adam(parameters()).param_groups[0]
    for key in ("lr", "betas", "eps", "weight_decay", "amsgrad"):
        assert group[key] == torchs[key]


def test_set_rates_sets_adams_first_beta(started, parameters):
    optimizer = started("adam", parameters(), 0.001, beta2=0.98)
    set_rates(optimizer, 0.01, 0.8)
    assert [(g["lr"], g["betas"]) for g in optimizer.param_groups] == [(0.01, (0.8, 0.98))]
    assert "momentum" not in optimizer.param_groups[0]


def test_decay_of_kernels_only_with_kernels_or_biases_alone(started, parameters):
    kernel, _, bias = parameters()
    for weight, decay in ((kernel, 0.1), (bias, 0.0)):
        optimizer = started("sgd", [weight], weight_decay=0.1, decay_kernels_only=True)
        assert [group["weight_decay"] for group in optimizer.param_groups] == [decay]


def a_small_model():
    """A convolution, a norm with scales of 1, 2, 3, a slope of PReLU and a linear layer."""
    model = nn.Sequential(nn.Conv2d(1, 3, 1), nn.BatchNorm2d(3), nn.PReLU(), nn.Linear(3, 2))
    with torch.no_grad():
        model[1].weight.copy_(torch.tensor([1.0, 2.0, 3.0]))
    return model


def test_norm_scales_are_those_of_norms():
    model = a_small_model()
    assert [scale is model[1].weight for scale in norm_scales(model)] == [True]


@pytest.mark.parametrize(("target", "expected"), [(0.0, [0.9, 1.8, 2.7]), (1.0, [1.0, 1.9, 2.8])])
def test_weight_decay_draws_the_scales_of_norms_towards_a_target(target, expected):
    model = a_small_model()
    others = [weight.clone() for name, weight in model.named_parameters() if name != "1.weight"]
    arguments = {"weight_decay": 1.0, "norm_scale_target": target}
    optimizer = optimizers["sgd"](model, Start(0.1, 0.0, 1, 1), **arguments)
    for weight in model.parameters():
        weight.grad = torch.zeros_like(weight)
    optimizer.step()
    assert model[1].weight.tolist() == pytest.approx(expected)
    changed = [weight for name, weight in model.named_parameters() if name != "1.weight"]
    for before, after in zip(others, changed, strict=True):
        torch.testing.assert_close(after, 0.9 * before)


def test_decoupled_weight_decay_equals_torchs(started, assert_equal_runs):
    def torchs(weights):
        return torch.optim.AdamW(weights, lr=1.0, betas=(0.5, 0.999), weight_decay=0.1, fused=False)

    def set_torchs_rates(optimizer, rate, beta1):
        optimizer.param_groups[0].update(lr=rate, betas=(beta1, 0.999))

    def ours(weights):
        arguments = {"weight_decay": 0.1, "decoupled_weight_decay": True}
        return started("adam", weights, **arguments)

    assert_equal_runs(ours, torchs, set_torchs_rates)
