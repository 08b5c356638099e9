"""MobileNetV2 from torchvision."""

import sys

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters


@pytest.mark.parametrize(
    ("classes", "parameters"), [(10, 2_236_682), (17, 2_245_649), (200, 2_480_072)]
)
def test_parameter_counts(classes, parameters):
    model = build_model("mobilenet_v2", {}, "batch", {}, (3, 32, 32), classes)
    assert count_parameters(model) == parameters


@pytest.mark.parametrize("shape", [(1, 8, 8), (3, 32, 32)])
def test_logits_of_images_of_two_shapes(shape):
    arguments = {"width_multiplier": 0.25}
    model = build_model("mobilenet_v2", arguments, "group", {"groups": 4}, shape, 7)
    assert model(torch.randn(2, *shape)).shape == (2, 7)


def test_halves_the_image_five_times_and_takes_the_norm_of_the_cell():
    arguments = {"width_multiplier": 0.25}
    norm = {"eps": 1e-3, "momentum": 0.001}
    model = build_model("mobilenet_v2", arguments, "batch", norm, (3, 64, 64), 10)
    assert model.features(torch.randn(2, 3, 64, 64)).shape[2:] == (2, 2)
    found = {(m.eps, m.momentum) for m in model.modules() if isinstance(m, nn.BatchNorm2d)}
    assert found == {(1e-3, 0.001)}


def test_has_no_dropout():
    model = build_model("mobilenet_v2", {"width_multiplier": 0.25}, "none", {}, (3, 32, 32), 10)
    images = torch.randn(2, 3, 32, 32)
    assert torch.equal(model.train()(images), model.eval()(images))


@pytest.mark.parametrize("channels", [1, 3])
def test_weights_start_glorot_uniform_with_zero_biases(channels):
    torch.manual_seed(0)
    model = build_model("mobilenet_v2", {}, "batch", {}, (channels, 32, 32), 10)
    for module in model.modules():
        if isinstance(module, nn.Conv2d | nn.Linear):
            inputs = module.weight.shape[1]  # 1 where each channel has its own kernel
            fans = (module.weight.shape[0] + inputs) * module.weight[0, 0].numel()
            assert module.weight.abs().max().item() == pytest.approx((6 / fans) ** 0.5, rel=0.05)
            assert module.bias is None or not module.bias.any()


def test_without_torchvision(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision.models", None)
    with pytest.raises(InputError, match="install a torchvision that matches the installed torch"):
        build_model("mobilenet_v2", {}, "batch", {}, (3, 32, 32), 10)
