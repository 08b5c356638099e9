"""VGG-16: its count, its order of layers, what it tells the planner."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.inventory import find
from reprise.nets.build import build_model, count_parameters
from reprise.nets.vgg import Vgg16
from reprise.planning.cell_checks import normalised_layers


def test_parameter_count():
    assert count_parameters(build_model("vgg16", {}, "batch", {}, (3, 32, 32), 10)) == 14_991_946


def test_convolution_then_relu_then_norm_with_pooling_after_each_stage():
    model = build_model("vgg16", {"width": 2, "hidden": 4}, "batch", {}, (3, 32, 32), 10)
    kinds = [[type(layer) for layer in stage] for stage in model.stages]
    unit = [nn.Conv2d, nn.ReLU, nn.BatchNorm2d]
    assert kinds == [unit * count + [nn.MaxPool2d] for count in (2, 2, 3, 3, 3)]


def test_stages_with_fewer_convolutions():
    arguments = {"width": 2, "hidden": 4, "convolutions": [1, 2, 1, 1, 1]}
    model = build_model("vgg16", arguments, "batch", {}, (3, 32, 32), 10)
    convolutions = [layer for layer in model.stages.modules() if isinstance(layer, nn.Conv2d)]
    assert [layer.out_channels for layer in convolutions] == [2, 4, 4, 8, 16, 16]
    assert model(torch.randn(2, 3, 32, 32)).shape == (2, 10)


@pytest.mark.parametrize("convolutions", [[1, 1, 1, 1], [1, 1, 0, 1, 1]])
def test_stages_without_convolutions(convolutions):
    with pytest.raises(InputError, match="convolutions to be 5 numbers of 1 or more"):
        build_model("vgg16", {"convolutions": convolutions}, "batch", {}, (3, 32, 32), 10)


def test_the_hidden_layer_is_normalised_after_its_relu():
    model = build_model("vgg16", {"width": 2, "hidden": 4}, "batch", {}, (3, 64, 64), 7).eval()
    model.hidden_norm.running_mean.fill_(0.5)
    images = torch.randn(3, 3, 64, 64)
    features = model.stages(images).mean((2, 3))
    hidden = (model.hidden(features).relu() - 0.5) / (1 + 1e-5) ** 0.5
    torch.testing.assert_close(model(images), model.head(hidden))


@pytest.mark.parametrize("norm", [("batch", {}), ("group", {"groups": 2})])
@pytest.mark.parametrize("shape", [(1, 32, 32), (3, 64, 64)])
def test_logits_of_images_of_two_shapes(shape, norm):
    model = build_model("vgg16", {"width": 2, "hidden": 4}, *norm, shape, 7)
    assert model(torch.randn(2, *shape)).shape == (2, 7)


def test_the_planner_knows_its_normalised_layers():
    arguments = {"width": 2, "hidden": 16}
    model = build_model("vgg16", arguments, "batch", {}, (3, 32, 32), 10)
    seen = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0].shape[1:3]))
    model(torch.randn(2, 3, 32, 32))
    described = list(normalised_layers(find("model", "vgg16", "test"), arguments, 32))
    # The hidden layer has as many units as the last convolutions here, but a single pixel.
    assert {tuple(shape) for shape in seen} - {(16, 1)} == set(described)


def test_weights_start_glorot_uniform_with_zero_biases():
    torch.manual_seed(0)
    model = Vgg16((3, 32, 32), 10, nn.BatchNorm2d)
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            fans = module.weight.shape[0] + module.weight.shape[1]
            bound = (6 / (fans * module.weight[0, 0].numel())) ** 0.5
            assert module.weight.abs().max().item() == pytest.approx(bound, rel=0.02)
            assert not module.bias.any()


def test_images_that_are_too_small():
    with pytest.raises(InputError, match="32 x 32 pixels or more, but they have 16 x 32"):
        build_model("vgg16", {}, "batch", {}, (3, 16, 32), 10)
