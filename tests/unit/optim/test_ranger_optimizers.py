"""Ranger and Ranger21: their own schedule, lookahead and states."""

from collections import Counter

import numpy as np
import pytest
import torch
from torch.nn import Parameter
from torch.utils._python_dispatch import TorchDispatchMode

from reprise.errors import InputError
from reprise.optim import ranger_optimizers  # noqa: F401
from reprise.optim.optimizers import set_rates


def rates_of_ranger21(started, updates, peak=1e-3, **arguments):
    """The learning rate of each update of a run."""
    weight = Parameter(torch.ones(4))
    optimizer = started("ranger21", [weight], peak, updates=updates, **arguments)
    found = []
    for _ in range(updates):
        weight.grad = torch.tensor([1.0, -1.0, 2.0, 3.0])
        optimizer.step()
        found.append(optimizer.current_lr)
    return found


def test_ranger21_rises_over_2000_updates_and_falls_from_72_percent_on(started):
    rates = rates_of_ranger21(started, 5000)
    # Update number n, from 1, stands at index n - 1.
    assert rates[0] == pytest.approx(1e-3 / 2000)
    assert rates[999] == pytest.approx(0.5e-3)
    assert rates[1999:3599] == [pytest.approx(1e-3)] * 1600
    # 3600 = 72 % of 5000; the k-th of 1400 falling ones has fallen by k / 1401 of 9.7e-4.
    assert rates[3599] == pytest.approx(1e-3 - 9.7e-4 / 1401)
    assert rates[3599 + 700] == pytest.approx(1e-3 - 9.7e-4 * 701 / 1401)
    assert rates[-1] == pytest.approx(3e-5, rel=1e-6)


@pytest.mark.parametrize(("updates", "rise"), [(1000, 220), (50, 11)])
def test_ranger21_rises_over_22_percent_of_a_short_run(started, updates, rise):
    rates = rates_of_ranger21(started, updates)
    assert rates[:rise] == pytest.approx([1e-3 * n / rise for n in range(1, rise + 1)])
    assert rates[rise] == pytest.approx(1e-3)


@pytest.mark.parametrize("updates", [1, 2, 3])
def test_ranger21_of_very_short_runs(started, updates):
    assert all(0 < rate <= 1e-3 for rate in rates_of_ranger21(started, updates))


def test_ranger21_moves_by_the_rate_of_its_own_schedule(started):
    """The first of 1000 updates is made at 1/220 of the peak, and so is its weight decay.

    Gradients stay as they are by clipping to a hundredth of the weights' norm, 0.04, and division
    by their standard deviation, where their sum is 0. Of positive-negative momentum the first
    update is 2 * 0.19 / sqrt(1.999 ** 2 + 0.999 ** 2) of the gradient, over 1 - 0.9.
    """
    weight = Parameter(torch.full((4,), 2.0, dtype=torch.float64))
    optimizer = started("ranger21", [weight], 1e-2, updates=1000)
    gradient = torch.tensor([1.0, -1.0, 1.0, -1.0], dtype=torch.float64)
    weight.grad = gradient.clone()
    optimizer.step()
    unit = gradient / gradient.std()
    rate = 1e-2 / 220
    decay = 1e-4 / (unit**2).mean().sqrt()
    expected = 2.0 * (1 - rate * decay) * (1 - rate * 2e-4 * (1 - 1 / 4))
    momentum = 2 * 0.19 / (1.999**2 + 0.999**2) ** 0.5 * unit
    root = torch.nn.functional.softplus(unit.abs() + 1e-8, beta=50)
    torch.testing.assert_close(
        weight.detach(), expected - rate * momentum / root / 0.1, rtol=0, atol=1e-9
    )


def independent_ranger21(weights, gradients_of, updates, total, peak):
    """The steps of Ranger21 on lists of numbers, written by themselves with numpy."""

    def norm(array):
        axes = tuple(range(1, array.ndim)) or None
        return np.sqrt((array**2).sum(axis=axes, keepdims=array.ndim > 1))

    def standard(array):
        if array.ndim > 1:
            array = array - array.mean(axis=tuple(range(1, array.ndim)), keepdims=True)
        return array / (array.std(ddof=1) + 1e-8) if array.size > 2 else array

    squares = [np.zeros_like(w) for w in weights]
    averages = [[np.zeros_like(w), np.zeros_like(w)] for w in weights]
    slow = [w.copy() for w in weights]
    for t in range(1, updates + 1):
        found = []
        for w, g in zip(weights, gradients_of(weights, t), strict=True):
            most = 0.01 * np.maximum(norm(w), 1e-3)
            g = np.where(norm(g) > most, g * most / np.maximum(norm(g), 1e-6), g)
            found.append(standard(g))
        squares = [0.999 * s + 0.001 * g**2 for s, g in zip(squares, found, strict=True)]
        corrected = [s / (1 - 0.999**t) for s in squares]
        size = sum(w.size for w in weights)
        spread = np.sqrt(sum(s.sum() for s in corrected) / size)
        rise, fall = int(0.22 * total), int(0.72 * total)
        rate = peak * min(1, t / rise)
        if t >= fall:
            rate = peak - (peak - 3e-5) * (t + 1 - fall) / (total - fall + 1)
        # Both of these on the last one alone.
        weights[-1] = weights[-1] * (1 - 1e-4 * rate / spread)
        weights[-1] = weights[-1] * (1 - rate * 2e-4 * (1 - 1 / (norm(weights[-1]) + 1e-8)))
        for i, g in enumerate(found):
            now, before = (0, 1) if t % 2 == 1 else (1, 0)
            averages[i][now] = 0.81 * averages[i][now] + 0.19 * standard(g)
            momentum = (2 * averages[i][now] - averages[i][before]) / np.hypot(1.999, 0.999)
            root = np.log1p(np.exp(50 * (np.sqrt(corrected[i]) + 1e-8))) / 50
            weights[i] = weights[i] - rate / (1 - 0.9**t) * momentum / root
        if t % 5 == 0:
            weights[:] = [(w + s) / 2 for w, s in zip(weights, slow, strict=True)]
            slow = [w.copy() for w in weights]
    return weights


def test_ranger21_follows_an_independent_writing_of_it_over_100_updates(started):
    generator = np.random.default_rng(3)
    shapes = [(4, 3, 3, 3), (4,), (5, 4), (2,)]
    first = [generator.normal(0, 0.5, shape) for shape in shapes]
    noise = generator.normal(0, 0.3, (101, sum(w.size for w in first)))
    edges = np.cumsum([w.size for w in first])[:-1]

    def gradients_of(weights, t):
        parts = np.split(noise[t], edges)
        return [w + n.reshape(w.shape) for w, n in zip(weights, parts, strict=True)]

    parameters = [Parameter(torch.from_numpy(w.copy())) for w in first]
    optimizer = started("ranger21", parameters, 1e-2, updates=100)
    for t in range(1, 101):
        values = [p.detach().numpy().copy() for p in parameters]
        for parameter, gradient in zip(parameters, gradients_of(values, t), strict=True):
            parameter.grad = torch.from_numpy(gradient)
        optimizer.step()
    expected = independent_ranger21([w.copy() for w in first], gradients_of, 100, 100, 1e-2)
    for parameter, start, end in zip(parameters, first, expected, strict=True):
        np.testing.assert_allclose(parameter.detach().numpy(), end, rtol=0, atol=1e-9)
        assert np.abs(end - start).max() > 1e-2


class _Operations(TorchDispatchMode):
    """Counts what a device would be asked for."""

    def __init__(self):
        super().__init__()
        self.counted = Counter()

    def __torch_dispatch__(self, operation, types, arguments=(), keywords=None):
        self.counted[str(operation)] += 1
        return operation(*arguments, **(keywords or {}))


def operations_of_ranger21(started, layers):
    """Those of an update of a network with so many convolutions, each with a norm."""
    shapes = [shape for _ in range(layers) for shape in ((4, 3, 3, 3), (4,), (4,))]
    parameters = [Parameter(torch.ones(shape)) for shape in shapes]
    optimizer = started("ranger21", parameters, 1e-2, updates=100)
    for _ in range(2):
        for parameter in parameters:
            parameter.grad = torch.arange(float(parameter.numel())).view_as(parameter)
        with _Operations() as operations:
            optimizer.step()
    return operations.counted


def test_ranger21_asks_for_all_parameters_at_once_and_waits_for_nothing(started):
    one, ten = (operations_of_ranger21(started, layers) for layers in (1, 10))
    # Two norms, a mean and a deviation of each convolution, and a deviation of each vector; before,
    # it was 32 for each of them.
    more = (sum(ten.values()) - sum(one.values())) / 9
    assert more <= 6
    assert not {"aten._local_scalar_dense.default", "aten.nonzero.default"} & ten.keys()


def test_ranger21_takes_no_schedule_beside_its_own(started, parameters, after_updates):
    weights = parameters()
    optimizer = started("ranger21", weights, 1e-3)
    set_rates(optimizer, 1e-3, 0.8)
    after_updates(optimizer, weights, numbers=range(2))
    assert optimizer.param_groups[0]["betas"] == (0.8, 0.999)
    set_rates(optimizer, 1e-4, 0.8)
    with pytest.raises(InputError, match="expects the schedule 'constant', but the rate changed"):
        after_updates(optimizer, weights, numbers=range(2, 3))


def test_ranger21_starts_above_its_final_rate(started, parameters):
    with pytest.raises(InputError, match="at least its final_learning_rate of 3e-05"):
        started("ranger21", parameters(), 1e-5)


def test_ranger_descends_from_the_first_update_and_looks_ahead(started):
    """Five steps of corrected momentum; at the sixth the slow weights go half of the way."""
    weight = Parameter(torch.tensor([2.0]))
    optimizer = started("ranger", [weight], 0.1, 0.95, eps=0.0)
    found = []
    for _ in range(6):
        weight.grad = torch.tensor([3.0])
        optimizer.step()
        found.append(weight.item())
    assert found[:5] == pytest.approx([2 - 0.3 * n for n in range(1, 6)])
    longest, length = 1999, 1999 - 12 * 0.999**6 / (1 - 0.999**6)
    rectification = (
        (length - 4) * (length - 2) * longest / ((longest - 4) * (longest - 2) * length)
    ) ** 0.5
    fast = 0.5 - 0.1 * rectification
    assert found[5] == pytest.approx(2 + 0.5 * (fast - 2), rel=1e-5)


def test_ranger_centralises_gradients_and_decouples_weight_decay(started):
    weight = Parameter(torch.tensor([[2.0, 4.0]]))
    optimizer = started("ranger", [weight], 0.1, weight_decay=0.5)
    weight.grad = torch.tensor([[1.0, 3.0]])
    optimizer.step()
    assert weight.tolist() == [pytest.approx([1.9 + 0.1, 3.8 - 0.1])]


def test_set_rates_reaches_ranger(started):
    weight = Parameter(torch.tensor([2.0]))
    optimizer = started("ranger", [weight], 0.1)
    set_rates(optimizer, 0.01, 0.5)
    weight.grad = torch.tensor([3.0])
    optimizer.step()
    assert weight.item() == pytest.approx(2 - 0.03)


@pytest.mark.parametrize(("name", "rate"), [("ranger", 0.1), ("ranger21", 1e-3)])
def test_a_run_goes_on_from_its_state(assert_resumes, name, rate):
    assert_resumes(name, learning_rate=rate)
