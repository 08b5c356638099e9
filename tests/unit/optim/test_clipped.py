"""Clipped gradients."""

import copy

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.optim import clipped, in_turn  # noqa: F401
from reprise.optim.optimizers import Start, optimizers

START = Start(0.1, 0.0, 4, 8)


def stepped(model: nn.Module, optimizer, gradients: list[float]) -> list[float]:
    """The weights after an update with these gradients."""
    for parameter, gradient in zip(model.parameters(), gradients, strict=True):
        parameter.grad = torch.full_like(parameter, gradient)
    optimizer.step()
    return [parameter.item() for parameter in model.parameters()]


@pytest.fixture
def model() -> nn.Module:
    """A weight and a bias of 0."""
    layer = nn.Linear(1, 1)
    for parameter in layer.parameters():
        nn.init.zeros_(parameter)
    return layer


@pytest.mark.parametrize(
    ("gradients", "used"),
    [([3.0, 4.0], [0.6, 0.8]), ([30.0, -40.0], [0.6, -0.8]), ([0.3, 0.4], [0.3, 0.4])],
)
def test_gradients_of_all_parameters_have_at_most_the_norm(model, gradients, used) -> None:
    optimizer = optimizers["clipped"](model, START, norm=1.0, optimizer="sgd")
    expected = [-0.1 * each for each in used]
    assert stepped(model, optimizer, gradients) == pytest.approx(expected, rel=1e-5)


def test_the_optimizer_takes_its_arguments_and_every_update_is_clipped(model) -> None:
    plain = copy.deepcopy(model)
    inner = {"name": "adam", "beta2": 0.9}
    optimizer = optimizers["clipped"](model, START, norm=5.0, optimizer=inner)
    other = optimizers["adam"](plain, START, beta2=0.9)
    for gradients, clipped_by_hand in [([30.0, 40.0], [3.0, 4.0]), ([0.1, 0.2], [0.1, 0.2])]:
        found = stepped(model, optimizer, gradients)
        assert found == pytest.approx(stepped(plain, other, clipped_by_hand), rel=1e-5)


def test_a_run_goes_on_from_its_state(model) -> None:
    other = copy.deepcopy(model)
    made = [
        optimizers["clipped"](each, START, norm=1.0, optimizer="adam") for each in (model, other)
    ]
    stepped(model, made[0], [3.0, 4.0])
    other.load_state_dict(model.state_dict())
    made[1].load_state_dict(copy.deepcopy(made[0].state_dict()))
    assert stepped(other, made[1], [6.0, 8.0]) == stepped(model, made[0], [6.0, 8.0])


def test_mistakes_end_in_a_sentence(model) -> None:
    with pytest.raises(InputError, match="expects a norm above 0, but it is 0"):
        optimizers["clipped"](model, START, norm=0, optimizer="sgd")
    drawn = {"name": "sgd", "weight_decay": 0.1, "norm_scale_target": 1}
    with pytest.raises(InputError, match="found 'sgd' with norm_scale_target, which acts before"):
        optimizers["clipped"](model, START, norm=1, optimizer=drawn)
    turns = {"name": "in_turn", "first": "adam", "then": "sgd", "switch": 2}
    with pytest.raises(InputError, match="expects one plain optimizer, but it is 'in_turn'"):
        optimizers["clipped"](model, START, norm=1, optimizer=turns)
