"""Activations: values by hand, torch's defaults, and which of them may follow pooling."""

import math

import pytest
import torch
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.activations import ACTIVATIONS, commutes_with_maximum, make_activation

BELOW = 1 - math.exp(-2)
MISH = -2 * math.tanh(math.log1p(math.exp(-2)))


@pytest.mark.parametrize(
    ("name", "below_zero"),
    [
        ("relu", 0.0),
        ("leaky_relu", -0.02),
        ("prelu", -0.5),
        ("elu", -BELOW),
        ("celu", -BELOW),
        ("mish", MISH),
    ],
)
def test_value_at_minus_two(name, below_zero):
    activation = make_activation(name)
    assert activation(torch.tensor([-2.0])).item() == pytest.approx(below_zero, abs=1e-6)
    assert activation(torch.tensor([30.0])).item() == pytest.approx(30)


def test_only_the_slope_of_prelu_is_learned():
    learned = {name: len(list(make_activation(name).parameters())) for name in ACTIVATIONS}
    assert {name for name, count in learned.items() if count} == {"prelu"}
    assert make_activation("prelu") is not make_activation("prelu")


@pytest.mark.parametrize("name", sorted(ACTIVATIONS))
def test_those_that_commute_with_the_maximum_rise_everywhere(name):
    activation = make_activation(name)
    if name == "prelu":
        activation.weight.data.fill_(-0.1)
    with torch.no_grad():
        values = activation(torch.linspace(-6, 6, 200))
    assert commutes_with_maximum(name) == bool((values.diff() >= 0).all())


def test_celu_equals_elu_at_alpha_one():
    values = torch.linspace(-3, 3, 7)
    torch.testing.assert_close(make_activation("celu")(values), functional.elu(values))


def test_unknown_name():
    with pytest.raises(InputError, match="unknown activation 'mush' of a model: did you mean 'mi"):
        make_activation("mush")
