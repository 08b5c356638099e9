"""Operations of convolutions and their gradients."""

import pytest
import torch
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from reprise.estimates.flop_counting import flop_counter

CHANNELS, PIXELS, IMAGES = 96, 8, 2


def counted(layer, mode, inputs_have_gradients=True):
    images = torch.zeros(IMAGES, CHANNELS, PIXELS, PIXELS, requires_grad=inputs_have_gradients)
    with mode as counter:
        layer(images).sum().backward()
    return counter.get_total_flops()


@pytest.mark.parametrize("groups", [1, 4, CHANNELS])
def test_gradients_of_grouped_convolutions_have_as_many_operations_each(groups):
    layer = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1, groups=groups)
    forward = 2 * IMAGES * PIXELS**2 * 9 * CHANNELS * CHANNELS // groups
    assert counted(layer, flop_counter()) == 3 * forward
    assert counted(layer, flop_counter(), inputs_have_gradients=False) == 2 * forward


def test_each_token_meets_all_numbers_of_a_recurrent_layer():
    layer = nn.LSTM(5, 7, num_layers=2, batch_first=True)
    tokens = torch.zeros(3, 11, 5, requires_grad=True)
    with flop_counter() as counter:
        states, _ = layer(tokens)
    forward = 2 * 3 * 11 * (4 * 7 * (5 + 7) + 4 * 7 * (7 + 7))
    assert counter.get_total_flops() == forward
    with flop_counter() as counter:
        states.sum().backward()
    assert counter.get_total_flops() == 2 * forward


@pytest.mark.parametrize("kind", [nn.Conv2d, nn.ConvTranspose2d])
@pytest.mark.parametrize("stride", [1, 2])
def test_other_convolutions_are_counted_as_torch_does(kind, stride):
    layer = kind(CHANNELS, 24, 3, stride=stride)
    assert counted(layer, flop_counter()) == counted(layer, FlopCounterMode(display=False))
