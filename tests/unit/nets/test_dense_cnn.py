"""The densely connected network: concatenation, channels along the way, refusals."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model
from reprise.nets.dense_cnn import Bottleneck


def test_a_bottleneck_keeps_its_input_and_appends():
    bottleneck = Bottleneck(3, 4, 2, nn.BatchNorm2d, "relu")
    features = torch.randn(2, 3, 5, 5)
    found = bottleneck(features)
    assert found.shape == (2, 5, 5, 5)
    assert torch.equal(found[:, :3], features)
    norm1, activation, narrow, norm2, _, wide = bottleneck.addition
    assert (narrow.kernel_size, wide.kernel_size) == ((1, 1), (3, 3))
    expected = wide(activation(norm2(narrow(activation(norm1(features))))))
    torch.testing.assert_close(found[:, 3:], expected)


def test_channels_and_sides_along_the_way():
    with torch.device("meta"):
        model = build_model("dense_cnn", {}, "batch", {}, (3, 32, 32), 10)
        seen = []
        for layer in model.layers:
            if isinstance(layer, Bottleneck | nn.MaxPool2d):
                layer.register_forward_hook(lambda _, __, output: seen.append(output.shape[1:3]))
        model(torch.empty(2, 3, 32, 32))
    first = [(32 + 20 * number, 32) for number in range(1, 15)]
    second = [(156 + 20 * number, 16) for number in range(1, 15)]
    assert [tuple(shape) for shape in seen] == [*first, (156, 16), *second, (218, 8)]
    assert model.head.in_features == 218


def test_no_convolution_has_a_bias():
    with torch.device("meta"):
        model = build_model("dense_cnn", {}, "batch", {}, (3, 32, 32), 10)
    assert {m.bias for m in model.modules() if isinstance(m, nn.Conv2d)} == {None}


def test_a_block_without_a_bottleneck():
    with pytest.raises(InputError, match="every number of bottlenecks to be 1 or more"):
        build_model("dense_cnn", {"blocks": [3, 0]}, "batch", {}, (3, 32, 32), 10)


def test_groups_that_do_not_divide_the_channels_of_a_layer():
    with pytest.raises(InputError, match="groups that divide the channels"):
        build_model("dense_cnn", {}, "group", {"groups": 4}, (3, 32, 32), 10)
