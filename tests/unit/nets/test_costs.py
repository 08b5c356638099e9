"""Costs of networks, counted by hand."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.costs import DEFINITION, count_costs


def on_meta(*layers):
    with torch.device("meta"):
        return nn.Sequential(*(make() for make in layers))


def test_convolutions_and_linear_layers_count():
    model = on_meta(
        lambda: nn.Conv2d(3, 8, 3, stride=2, padding=1),
        lambda: nn.BatchNorm2d(8),
        nn.ReLU,
        lambda: nn.Conv2d(8, 8, 3, padding=1, groups=8, bias=False),
        lambda: nn.AdaptiveAvgPool2d(1),
        nn.Flatten,
        lambda: nn.Linear(8, 10),
    )
    costs = count_costs(model, (3, 10, 12))
    places = 5 * 6
    assert costs.multiply_adds == places * (8 * 3 * 9) + places * (8 * 9) + 8 * 10
    assert costs.parameters == (8 * 3 * 9 + 8) + (8 + 8) + 8 * 9 + (8 * 10 + 10)
    assert costs.definition == DEFINITION


def test_dilation_costs_nothing_and_what_is_met_twice_counts_twice():
    (plain,) = on_meta(lambda: nn.Conv2d(4, 4, 3, padding=1, bias=False))
    (dilated,) = on_meta(lambda: nn.Conv2d(4, 4, 3, padding=2, dilation=2, bias=False))
    once = count_costs(plain, (4, 9, 9))
    assert count_costs(dilated, (4, 9, 9)) == once
    twice = count_costs(nn.Sequential(plain, plain), (4, 9, 9))
    assert (twice.parameters, twice.multiply_adds) == (once.parameters, 2 * once.multiply_adds)


def test_an_image_that_does_not_fit_is_one_sentence():
    model = on_meta(lambda: nn.Conv2d(3, 8, 5))
    with pytest.raises(InputError, match="take an image of 3 x 4 x 4, but does not"):
        count_costs(model, (3, 4, 4))
