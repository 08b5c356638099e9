"""Wide ResNets: the block by hand, groups, dropout, refusals."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model
from reprise.nets.wide_resnet import WideBlock


def wide_resnet(**arguments):
    return build_model("wide_resnet", arguments, "batch", {}, (3, 32, 32), 10)


@pytest.mark.parametrize("stride", [1, 2])
def test_norm_and_relu_come_before_both_paths_of_a_projecting_block(stride):
    block = WideBlock(2, 3, stride, nn.BatchNorm2d, 0.0).eval()
    first, second, projection = (m for m in block.modules() if isinstance(m, nn.Conv2d))
    norm1, norm2 = (m for m in block.modules() if isinstance(m, nn.BatchNorm2d))
    features = torch.randn(2, 2, 6, 6)
    activated = norm1(features).relu()
    expected = projection(activated) + second(norm2(first(activated)).relu())
    assert expected.shape[2] == 6 / stride
    torch.testing.assert_close(block(features), expected)


def test_a_block_that_keeps_the_shape_adds_its_input():
    block = WideBlock(3, 3, 1, nn.BatchNorm2d, 0.0)
    nn.init.zeros_(block.change[-1].weight)
    features = torch.randn(2, 3, 5, 5)
    assert torch.equal(block(features), features)


def test_channels_and_sides_of_the_groups():
    with torch.device("meta"):
        features = (model := wide_resnet()).stem(torch.empty(2, 3, 32, 32))
        shapes = [tuple(features.shape[1:3])]
        for block in model.blocks:
            features = block(features)
            shapes.append(tuple(features.shape[1:3]))
    assert shapes == [(16, 32), *[(64, 32)] * 2, *[(128, 16)] * 2, *[(256, 8)] * 2]


def test_widening_by_one_projects_only_where_sides_change():
    model = wide_resnet(widening=1, depth=10)
    assert [block.projection is None for block in model.blocks] == [True, False, False]


def test_dropout_between_the_convolutions_of_every_block():
    model = wide_resnet(widening=1, depth=10, dropout=0.3)
    kinds = [type(layer) for layer in model.blocks[0].change]
    assert kinds == [nn.Conv2d, nn.BatchNorm2d, nn.ReLU, nn.Dropout, nn.Conv2d]
    assert [m.p for m in model.modules() if isinstance(m, nn.Dropout)] == [0.3] * 3


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"depth": 18}, "a depth of 10, 16, 22 or more in steps of 6, but it is 18"),
        ({"depth": 4}, "but it is 4"),
        ({"widening": 0}, "widening to be 1 or more, but it is 0"),
        ({"dropout": 1.0}, "probabilities of dropout"),
    ],
)
def test_arguments_of_another_form(arguments, message):
    with pytest.raises(InputError, match=message):
        wide_resnet(**arguments)
