"""One optimizer after another."""

import pytest
from torch import nn

from reprise.errors import InputError
from reprise.optim import in_turn  # noqa: F401
from reprise.optim.optimizers import Start, optimizers, set_rates
from reprise.optim.progress import Progress

ADAM_THEN_SGD = {"first": {"name": "adam", "beta2": 0.9}, "then": {"name": "sgd"}, "switch": 2}


def made(model, **arguments):
    return optimizers["in_turn"](model, Start(0.1, 0.9, 4, 8), **{**ADAM_THEN_SGD, **arguments})


def updated(optimizer, model, updates, start=0):
    """The weight after updates with the gradient 1, two an epoch."""
    for update in range(start, start + updates):
        optimizer.advance(Progress(update / 2, 4, update, 8))
        optimizer.zero_grad()
        model.weight.sum().backward()
        optimizer.step()
    return model.weight.item()


@pytest.fixture
def model():
    layer = nn.Linear(1, 1, bias=False)
    nn.init.zeros_(layer.weight)
    return layer


def test_the_second_starts_afresh_at_the_rates_of_the_first(model):
    optimizer = made(model)
    # Adam makes steps of the learning rate where all gradients are equal.
    assert updated(optimizer, model, 4) == pytest.approx(-0.4, abs=1e-6)
    set_rates(optimizer, 0.01, 0.5)
    # SGD: velocities 1 and 1.5.
    assert updated(optimizer, model, 2, start=4) == pytest.approx(-0.4 - 0.01 * 2.5, abs=1e-6)


def test_a_run_goes_on_from_its_state(model):
    whole = nn.Linear(1, 1, bias=False)
    whole.load_state_dict(model.state_dict())
    expected = updated(made(whole), whole, 8)
    optimizer = made(model)
    updated(optimizer, model, 5)
    state = optimizer.state_dict()
    resumed = made(model)
    resumed.load_state_dict(state)
    assert updated(resumed, model, 3, start=5) == pytest.approx(expected)


def test_it_takes_no_other_of_its_kind(model):
    with pytest.raises(InputError, match="expects two plain optimizers"):
        made(model, first={"name": "in_turn", **ADAM_THEN_SGD})


def test_an_unknown_optimizer_is_named(model):
    with pytest.raises(InputError, match="unknown optimizer 'adem'"):
        made(model, then="adem")
