"""Inception-ResNet-v2: the channels and sides of its authors' code, and refusals."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model

NAME = "inception_resnet_v2"


def build(norm="batch", side=299, classes=1000, **arguments):
    return build_model(NAME, arguments, norm, {}, (3, side, side), classes)


def test_maps_have_the_published_channels_and_sides():
    """Table of the network in the paper's figures 15, 3, 17, 18 and 19, at 299 pixels."""
    with torch.device("meta"):
        network = build().eval()
        images = torch.empty(1, 3, 299, 299)
        shapes = []
        for part in network:
            images = part(images)
            shapes.append(tuple(images.shape[1:]))
    assert shapes[:5] == [
        (64, 147, 147), (64, 73, 73), (192, 71, 71), (192, 35, 35), (320, 35, 35)
    ]  # fmt: skip
    assert shapes[5:15] == [(320, 35, 35)] * 10
    assert shapes[15:36] == [(1088, 17, 17)] * 21
    assert shapes[36:47] == [(2080, 8, 8)] * 11
    assert shapes[47] == (1536, 8, 8)
    assert shapes[-1] == (1000,)


def test_branches_are_scaled_down_but_for_the_last_block():
    network = build(side=75, classes=10, width=1, blocks=[2, 1, 2])
    blocks = [part for part in network if hasattr(part, "scale")]
    assert [block.scale for block in blocks] == [0.17, 0.17, 0.1, 0.2, 1.0]
    assert [isinstance(block.activation, nn.ReLU) for block in blocks] == [True] * 4 + [False]
    first = blocks[0].eval()
    images = torch.randn(1, 20, 9, 9)
    with torch.no_grad():
        parts = torch.cat([branch(images) for branch in first.branches.branches], 1)
        expected = torch.relu(images + 0.17 * first.projection(parts))
        torch.testing.assert_close(first(images), expected)


def test_a_convolution_without_a_norm_has_a_bias():
    network = build(side=75, classes=10, width=1, blocks=[1, 1, 1])
    with_bias = [m for m in network.modules() if isinstance(m, nn.Conv2d) and m.bias is not None]
    assert [(m.in_channels, m.out_channels) for m in with_bias] == [(8, 20), (24, 68), (28, 130)]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"side": 74}, "images of 75 x 75 pixels or more"),
        ({"width": 0}, "width to be 1 or more"),
        ({"blocks": [1, 1]}, "blocks to be 3 numbers of 1 or more"),
        ({"dropout": 1.0}, "probabilities of dropout"),
    ],
)
def test_arguments_out_of_range(arguments, message):
    with pytest.raises(InputError, match=message):
        build(**{"side": 75, **arguments})
