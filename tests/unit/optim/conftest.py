"""Weights, random gradients and runs of two optimizers side by side."""

from collections.abc import Callable
from typing import Any

import pytest
import torch
from torch import nn
from torch.nn import Parameter
from torch.optim import Optimizer

from reprise.optim.optimizers import Start, optimizers, set_rates


@pytest.fixture
def started() -> Callable[..., Optimizer]:
    """Makes an optimizer of a model that has these weights."""

    def make(
        name: str,
        weights: list[Parameter],
        learning_rate: float = 0.1,
        momentum: float = 0.9,
        updates: int = 100,
        **arguments: Any,
    ) -> Optimizer:
        model = nn.Module()
        model.weights = nn.ParameterList(weights)
        start = Start(learning_rate, momentum, 1, updates)
        return optimizers[name](model, start, **arguments)

    return make


@pytest.fixture
def parameters() -> Callable[..., list[Parameter]]:
    """Makes a kernel of a convolution, a matrix and a bias."""

    def make(dtype: torch.dtype = torch.float32) -> list[Parameter]:
        generator = torch.Generator().manual_seed(0)
        shapes = ((4, 3, 3, 3), (5, 4), (5,))
        return [Parameter(torch.randn(s, generator=generator).to(dtype)) for s in shapes]

    return make


@pytest.fixture
def after_updates() -> Callable[..., list[torch.Tensor]]:
    """Gives the weights after updates with random gradients, which depend on the update's number.

    ``rates(optimizer, update)`` is called before each.
    """

    def run(
        optimizer: Optimizer,
        weights: list[Parameter],
        rates: Callable[[Optimizer, int], None] = lambda optimizer, update: None,
        numbers: range = range(100),
    ) -> list[torch.Tensor]:
        for update in numbers:
            generator = torch.Generator().manual_seed(update)
            rates(optimizer, update)
            for weight in weights:
                noise = torch.randn(weight.shape, generator=generator)
                weight.grad = noise.to(weight.dtype)
            optimizer.step()
        return [weight.detach().clone() for weight in weights]

    return run


@pytest.fixture
def changing() -> Callable[[int], tuple[float, float]]:
    """A learning rate and a momentum that change from update to update."""
    return lambda update: (0.1 / (1 + update), 0.95 - 0.001 * update)


@pytest.fixture
def assert_equal_runs(parameters, after_updates, changing) -> Callable[..., None]:
    """Compares 100 updates at changing rates.

    ``make(weights)`` gives ours, ``make_other(weights)`` the other one, and
    ``set_others_rates(optimizer, rate, momentum)`` sets the other one's rates.
    """

    def check(make: Callable, make_other: Callable, set_others_rates: Callable) -> None:
        weights, others = parameters(), parameters()
        found = after_updates(make(weights), weights, lambda o, n: set_rates(o, *changing(n)))
        expected = after_updates(
            make_other(others), others, lambda o, n: set_others_rates(o, *changing(n))
        )
        for ours, theirs in zip(found, expected, strict=True):
            torch.testing.assert_close(ours, theirs, rtol=1e-5, atol=1e-6)

    return check


@pytest.fixture
def assert_resumes(parameters, started, after_updates) -> Callable[..., None]:
    """Compares a whole run with one that starts again from a state in the middle."""

    def check(name: str, updates: int = 40, **arguments: Any) -> None:
        whole = parameters()
        expected = after_updates(
            started(name, whole, updates=updates, **arguments), whole, numbers=range(updates)
        )
        for middle in (1, updates // 2, updates // 2 + 1):
            weights = parameters()
            optimizer = started(name, weights, updates=updates, **arguments)
            after_updates(optimizer, weights, numbers=range(middle))
            resumed = [Parameter(weight.detach().clone()) for weight in weights]
            again = started(name, resumed, updates=updates, **arguments)
            again.load_state_dict(optimizer.state_dict())
            found = after_updates(again, resumed, numbers=range(middle, updates))
            assert all(torch.equal(a, b) for a, b in zip(found, expected, strict=True)), middle

    return check
