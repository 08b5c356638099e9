"""Kin of Adam against torch's and against their formulas."""

from math import sqrt

import pytest
import torch
from torch.nn import Parameter

from reprise.errors import InputError
from reprise.optim import adaptive_optimizers, in_turn  # noqa: F401
from reprise.optim.optimizers import set_rates
from reprise.optim.progress import Progress

DECAYS = [
    {},
    {"weight_decay": 0.1},
    {"weight_decay": 0.1, "decoupled_weight_decay": True},
]


def set_adams_rates(optimizer, rate, beta1):
    optimizer.param_groups[0].update(lr=rate, betas=(beta1, 0.99))


@pytest.mark.parametrize("decay", DECAYS)
def test_radam_equals_torchs(started, assert_equal_runs, decay):
    arguments = {**decay, "eps": 1e-6}
    assert_equal_runs(
        lambda weights: started("radam", weights, beta2=0.99, **arguments),
        lambda weights: torch.optim.RAdam(weights, lr=1.0, foreach=False, **arguments),
        set_adams_rates,
    )


def rectified_by_hand(gradients, rate, beta1, beta2, decay):
    """The weight from 2 on after each update of the paper's algorithm, with updates from a length
    of 5 on only and decoupled weight decay."""
    weight, first, second, found = 2.0, 0.0, 0.0, []
    longest = 2 / (1 - beta2) - 1
    for t, gradient in enumerate(gradients, start=1):
        first = beta1 * first + (1 - beta1) * gradient
        second = beta2 * second + (1 - beta2) * gradient**2
        length = longest - 2 * t * beta2**t / (1 - beta2**t)
        if length >= 5:
            rectification = sqrt(
                (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
            )
            adapted = sqrt((1 - beta2**t) / second)
            weight -= rate * decay * weight
            weight -= rate * rectification * first / (1 - beta1**t) * adapted
        found.append(weight)
    return found


def test_radam_without_early_updates_follows_the_formula(started):
    gradients = torch.randn(100, generator=torch.Generator().manual_seed(0)).tolist()
    weight = Parameter(torch.tensor([2.0], dtype=torch.float64))
    optimizer = started(
        "radam",
        [weight],
        early_updates="none",
        eps=0.0,
        weight_decay=0.2,
        decoupled_weight_decay=True,
    )
    found = []
    for gradient in gradients:
        weight.grad = torch.full_like(weight, gradient)
        optimizer.step()
        found.append(weight.item())
    assert found == pytest.approx(rectified_by_hand(gradients, 0.1, 0.9, 0.999, 0.2), rel=1e-9)
    # With a beta 2 of 0.999 the length exceeds 5 at the sixth update.
    assert found[4] == 2.0 != found[5]
    assert optimizer.param_groups[0]["lr"] == 0.1


def test_radams_early_updates_are_momentum_by_default(started):
    weight = Parameter(torch.tensor([2.0]))
    optimizer = started("radam", [weight])
    weight.grad = torch.tensor([3.0])
    optimizer.step()
    assert weight.item() == pytest.approx(2 - 0.1 * 3)


def test_radams_early_updates_have_two_names(started, parameters):
    with pytest.raises(InputError, match="unknown early_updates 'never' of optimizer 'radam'"):
        started("radam", parameters(), early_updates="never")


def test_a_frozen_start_gathers_the_second_moment_alone(started):
    """Three frozen updates, and two more, written out; both corrections count all five."""
    weight = Parameter(torch.tensor([2.0], dtype=torch.float64))
    optimizer = started(
        "adam_frozen_start",
        [weight],
        frozen_updates=3,
        weight_decay=0.5,
        decoupled_weight_decay=True,
        beta2=0.99,
        eps=0.0,
    )
    expected, first, second = 2.0, 0.0, 0.0
    for t, gradient in enumerate((1.0, -2.0, 3.0, 0.5, 4.0), start=1):
        weight.grad = torch.full_like(weight, gradient)
        optimizer.step()
        second = 0.99 * second + 0.01 * gradient**2
        if t > 3:
            first = 0.9 * first + 0.1 * gradient
            expected -= 0.1 * 0.5 * expected
            expected -= 0.1 * first / (1 - 0.9**t) / sqrt(second / (1 - 0.99**t))
        assert weight.item() == pytest.approx(expected, rel=1e-12)
    assert weight.item() != 2.0


@pytest.mark.parametrize("decay", DECAYS)
def test_without_frozen_updates_it_is_adam(started, assert_equal_runs, decay):
    assert_equal_runs(
        lambda weights: started(
            "adam_frozen_start", weights, frozen_updates=0, beta2=0.99, **decay
        ),
        lambda weights: started("adam", weights, beta2=0.99, **decay),
        set_adams_rates,
    )


def test_frozen_updates_are_not_negative(started, parameters):
    with pytest.raises(InputError, match="expects 0 frozen_updates or more, but it is -1"):
        started("adam_frozen_start", parameters(), frozen_updates=-1)


def set_adadeltas_rate(optimizer, rate, _):
    optimizer.param_groups[0]["lr"] = rate


def test_adadelta_equals_torchs(started, assert_equal_runs):
    assert_equal_runs(
        lambda weights: started("adadelta", weights, rho=0.8, eps=1e-5),
        lambda weights: torch.optim.Adadelta(weights, rho=0.8, eps=1e-5, foreach=False),
        set_adadeltas_rate,
    )


@pytest.mark.parametrize("kernels_only", [True, False])
def test_adadeltas_weight_decay_is_decoupled(started, parameters, kernels_only):
    weights = parameters()
    before = [weight.detach().clone() for weight in weights]
    arguments = {} if kernels_only else {"decay_kernels_only": False}
    optimizer = started("adadelta", weights, 0.5, weight_decay=0.2, **arguments)
    set_rates(optimizer, 0.25, 0.9)
    for weight in weights:
        weight.grad = torch.zeros_like(weight)
    optimizer.step()
    for number, (weight, old) in enumerate(zip(weights, before, strict=True)):
        expected = old if kernels_only and number == 2 else 0.95 * old
        torch.testing.assert_close(weight.detach(), expected)


def test_an_optimizer_without_momentum_hands_the_momentum_on(started, parameters, after_updates):
    """Whether it was set meanwhile or holds from the start on."""
    for momentum in (None, 0.3):
        weights = parameters()
        turns = started("in_turn", weights, first="adadelta", then="sgd", switch=2)
        if momentum is not None:
            set_rates(turns, 0.2, momentum)
        after_updates(turns, weights, numbers=range(2))
        turns.advance(Progress(2, 4, 2, 4))
        group = turns.param_groups[0]
        expected = (0.1, 0.9) if momentum is None else (0.2, momentum)
        assert (group["lr"], group["momentum"]) == expected
        after_updates(turns, weights, numbers=range(2, 4))


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("radam", {}),
        ("radam", {"early_updates": "none"}),
        ("adam_frozen_start", {"frozen_updates": 25, "weight_decay": 0.1}),
        ("adadelta", {"weight_decay": 0.1}),
    ],
)
def test_a_run_goes_on_from_its_state(assert_resumes, name, arguments):
    assert_resumes(name, **arguments)
