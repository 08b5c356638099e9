"""Pre-activation ResNets: the block by hand, its two ways of downsampling, refusals."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.build import build_model
from reprise.nets.preactivation_resnet import PreactivationBlock


def identity(channels):
    return nn.Identity()


@pytest.mark.parametrize("pooled", [True, False])
def test_block_that_halves_the_image(pooled):
    block = PreactivationBlock(2, 3, identity, "mish", pooled)
    first, second, projection = (m for m in block.modules() if isinstance(m, nn.Conv2d))
    assert (first.bias, second.bias) == (None, None)
    assert projection.bias is not None
    features = torch.randn(2, 2, 6, 6)
    if pooled:
        halved = functional.max_pool2d(first(functional.mish(features)), 2)
        shortcut = functional.max_pool2d(projection(features), 2)
    else:
        halved = functional.conv2d(functional.mish(features), first.weight, stride=2, padding=1)
        shortcut = functional.conv2d(features, projection.weight, projection.bias, stride=2)
    expected = shortcut + second(functional.mish(halved))
    assert expected.shape == (2, 3, 3, 3)
    torch.testing.assert_close(block(features), expected)


@pytest.mark.parametrize("pooled", [True, False])
def test_block_that_keeps_the_shape_adds_its_input(pooled):
    block = PreactivationBlock(3, 3, nn.BatchNorm2d, "relu", pooled)
    nn.init.zeros_(block.change[-1].weight)
    features = torch.randn(2, 3, 5, 5)
    assert torch.equal(block(features), features)


def test_order_of_norms_and_pooling():
    block = PreactivationBlock(2, 4, nn.BatchNorm2d, "mish", True)
    half = [nn.BatchNorm2d, nn.Mish, nn.Conv2d]
    assert [type(layer) for layer in block.change] == [*half, nn.MaxPool2d, *half]
    assert [type(layer) for layer in block.shortcut] == [nn.Conv2d, nn.MaxPool2d, nn.BatchNorm2d]


def test_strides_fit_images_that_pooling_refuses():
    def build(downsampling):
        arguments = {"width": 4, "downsampling": downsampling}
        return build_model("preactivation_resnet", arguments, "group", {"groups": 2}, (1, 5, 5), 10)

    assert build("stride")(torch.randn(2, 1, 5, 5)).shape == (2, 10)
    with pytest.raises(InputError, match="expects images of 8 x 8 pixels or more"):
        build("pool")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"downsampling": "strides"}, r"unknown downsampling 'strides' .* did you mean 'stride'"),
        ({"blocks": [1, 0]}, "every number of blocks to be 1 or more, but it is 0"),
        ({"blocks": []}, "every number of blocks to be 1 or more"),
    ],
)
def test_arguments_of_another_form(arguments, message):
    with pytest.raises(InputError, match=message):
        build_model("preactivation_resnet", arguments, "batch", {}, (3, 32, 32), 10)
