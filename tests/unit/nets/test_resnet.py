"""Residual networks: counts that identify them, shapes, shortcuts, initialisation."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters
from reprise.nets.resnet import BasicBlock, PaddedSubsampling


@pytest.mark.parametrize(
    ("name", "arguments", "parameters"),
    [
        ("resnet18", {}, 11_173_962),
        ("resnet18", {"blocks_per_stage": 1}, 4_903_242),
        ("resnet56", {}, 853_018),
        ("resnet56", {"shortcut": "projection"}, 855_770),
        ("resnet56", {"blocks_per_stage": 3, "shortcut": "projection"}, 272_474),
    ],
)
def test_parameter_counts(name, arguments, parameters):
    assert (
        count_parameters(build_model(name, arguments, "batch", {}, (3, 32, 32), 10)) == parameters
    )


@pytest.mark.parametrize("side", [32, 8])
@pytest.mark.parametrize("name", ["resnet18", "resnet56"])
def test_logits_of_images_of_two_sizes(name, side):
    model = build_model(name, {"width": 4}, "group", {"groups": 4}, (1, side, side), 7)
    assert model(torch.randn(2, 1, side, side)).shape == (2, 7)


@pytest.mark.parametrize(("name", "side"), [("resnet18", 4), ("resnet56", 8)])
def test_halvings_and_widths_of_the_normalised_layers(name, side):
    model = build_model(name, {"width": 4}, "batch", {}, (3, 32, 32), 10)
    seen = []
    for module in model.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0].shape))
    model(torch.randn(2, 3, 32, 32))
    assert min(shape[2] for shape in seen) == side
    multiples = {"resnet18": {4, 8, 16, 32}, "resnet56": {4, 8, 16}}
    assert {shape[1] for shape in seen} == multiples[name]


def test_padded_shortcut_subsamples_and_appends_zeros():
    images = torch.randn(2, 3, 5, 6)
    found = PaddedSubsampling(2, 2)(images)
    assert found.shape == (2, 5, 3, 3)
    assert torch.equal(found[:, :3], images[:, :, ::2, ::2])
    assert not found[:, 3:].any()


def test_block_is_relu_of_shortcut_plus_change():
    block = BasicBlock(3, 3, 1, nn.BatchNorm2d, "pad")
    nn.init.zeros_(block.norm2.weight)
    images = torch.randn(2, 3, 4, 4)
    assert torch.equal(block(images), images.clamp(min=0))


def test_convolutions_start_he_normal_by_fan_out():
    torch.manual_seed(0)
    model = build_model("resnet18", {}, "batch", {}, (3, 32, 32), 10)
    for module in model.modules():
        if isinstance(module, nn.Conv2d):
            fan_out = module.out_channels * module.kernel_size[0] ** 2
            assert module.weight.std().item() == pytest.approx((2 / fan_out) ** 0.5, rel=0.05)


def test_unknown_shortcut():
    with pytest.raises(InputError, match="did you mean 'pad'"):
        build_model("resnet56", {"shortcut": "padd"}, "batch", {}, (3, 32, 32), 10)
