"""Small residual networks: orders within a block, place of pooling, layouts."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters
from reprise.nets.residual_cnn import BLOCK_ORDERS, ResidualBlock

# With x the input, c1 and c2 the convolutions, n1 and n2 the norms, a the activation.
FORMULAS = {
    "original": lambda x, c1, c2, n1, n2, a: a(x + n2(c2(a(n1(c1(x)))))),
    "norm_after_addition": lambda x, c1, c2, n1, n2, a: a(n2(x + c2(a(n1(c1(x)))))),
    "relu_before_addition": lambda x, c1, c2, n1, n2, a: x + a(n2(c2(a(n1(c1(x)))))),
    "relu_only_preactivation": lambda x, c1, c2, n1, n2, a: x + n2(c2(a(n1(c1(a(x)))))),
    "full_preactivation": lambda x, c1, c2, n1, n2, a: x + c2(a(n2(c1(a(n1(x)))))),
}
SMALL = {"width": 4}


def distinct_norm(channels):
    """A norm that no other of the same block equals, since its weights are drawn."""
    norm = nn.BatchNorm2d(channels)
    nn.init.normal_(norm.weight)
    nn.init.normal_(norm.bias)
    return norm


def of_kind(model, kind):
    return [module for module in model.modules() if isinstance(module, kind)]


def resnet9(**arguments):
    return build_model("resnet9", {**SMALL, **arguments}, "batch", {}, (3, 16, 16), 10)


@pytest.mark.parametrize("order", BLOCK_ORDERS)
def test_block_orders(order):
    block = ResidualBlock(3, distinct_norm, "leaky_relu", order)
    features = torch.randn(4, 3, 6, 6)
    layers = *of_kind(block, nn.Conv2d), *of_kind(block, nn.BatchNorm2d)
    expected = FORMULAS[order](features, *layers, nn.LeakyReLU())
    torch.testing.assert_close(block(features), expected)


@pytest.mark.parametrize("name", ["resnet9", "resnet12"])
def test_orders_differ_in_values_and_agree_in_parameters(name):
    images = torch.randn(4, 3, 16, 16)
    logits, sizes = [], set()
    for order in BLOCK_ORDERS:
        torch.manual_seed(1)
        arguments = {**SMALL, "block_order": order}
        model = build_model(name, arguments, "batch", {}, (3, 16, 16), 10)
        logits.append(model(images))
        sizes.add(count_parameters(model))
    assert len(sizes) == 1
    assert not any(
        torch.allclose(first, second)
        for number, first in enumerate(logits)
        for second in logits[number + 1 :]
    )


@pytest.mark.parametrize(
    ("pool_before_norm", "kinds"),
    [
        (True, [nn.Conv2d, nn.MaxPool2d, nn.BatchNorm2d, nn.LeakyReLU]),
        (False, [nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU, nn.MaxPool2d]),
    ],
)
def test_place_of_pooling(pool_before_norm, kinds):
    model = resnet9(pool_before_norm=pool_before_norm)
    assert [type(layer) for layer in model.parts[1]] == kinds
    assert [type(layer) for layer in model.parts[0]] == [nn.Conv2d, nn.BatchNorm2d, nn.LeakyReLU]


@pytest.mark.parametrize(
    ("name", "shapes"),
    [
        ("resnet9", [(4, 16), (8, 8), (8, 8), (16, 4), (32, 2), (32, 2)]),
        ("resnet12", [(c, s) for c, s in ((4, 16), (8, 8), (16, 4), (32, 2)) for _ in "ab"]),
    ],
)
def test_shapes_after_each_part(name, shapes):
    features = torch.randn(2, 3, 16, 16)
    model = build_model(name, SMALL, "batch", {}, (3, 16, 16), 10)
    for part, (channels, side) in zip(model.parts, shapes, strict=True):
        features = part(features)
        assert features.shape == (2, channels, side, side)


def test_a_layout_gives_the_network_of_the_same_name():
    residual = {"residual": True}
    convolutions = [{"channels": 4}] + [{"channels": c, "pool": True} for c in (8, 16, 32)]
    layout = [*convolutions[:2], residual, *convolutions[2:], residual]
    images = torch.randn(2, 3, 16, 16)
    torch.manual_seed(2)
    written = build_model("residual_cnn", {"layout": layout}, "batch", {}, (3, 16, 16), 10)
    torch.manual_seed(2)
    assert torch.equal(resnet9()(images), written(images))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"layout": []}, "number of parts of layout to be 1 or more"),
        ({"layout": [{}]}, "either channels"),
        ({"layout": [{"channels": 4, "residual": True}]}, "either channels"),
        ({"layout": [{"residual": True, "pool": True}]}, "either channels"),
        ({"layout": [{"channels": 0}]}, "channels to be 1 or more, but it is 0"),
        ({"layout": [{"channel": 4}]}, "keys channels, pool, residual"),
        (
            {"layout": [{"channels": 4}], "block_order": "orginal"},
            r"unknown block_order 'orginal' .* did you mean 'original'",
        ),
    ],
)
def test_arguments_of_another_form(arguments, message):
    with pytest.raises(InputError, match=message):
        build_model("residual_cnn", arguments, "batch", {}, (3, 8, 8), 10)
