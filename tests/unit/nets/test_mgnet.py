"""MgNet against a literal reading of its equations."""

import pytest
import torch
from torch import nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.build import build_model, count_parameters
from reprise.nets.mgnet import MgNet


def literal_mgnet(model, images):
    """The equations line by line, every convolution done even where its input is zero."""

    def convolve(layer, x, stride=1):
        return functional.conv2d(x, layer.weight, stride=stride, padding=1)

    f = model.stem_norm(convolve(model.stem, images)).clamp(min=0)
    u = torch.zeros_like(f)
    last = len(model.grids) - 1
    for level, grid in enumerate(model.grids):
        a = grid.data_mapping
        for i in range(len(grid.residual_norms)):
            b = grid.extractors[0] if len(grid.extractors) == 1 else grid.extractors[i]
            inner = grid.residual_norms[i](f - convolve(a, u)).clamp(min=0)
            u = u + grid.extractor_norms[i](convolve(b, inner)).clamp(min=0)
        if level < last:
            step = model.restrictions[level]
            coarse_a = model.grids[level + 1].data_mapping
            coarse_u = step.interpolation_norm(convolve(step.interpolation, u, 2)).clamp(min=0)
            residual = convolve(step.restriction, f - convolve(a, u), 2)
            f = step.restriction_norm(residual).clamp(min=0) + convolve(coarse_a, coarse_u)
            u = coarse_u
    return functional.linear(u.flatten(2).mean(2), model.head.weight, model.head.bias)


@pytest.mark.parametrize("shared_b", [True, False])
@pytest.mark.parametrize("iterations", [(2, 1, 3), (1,), (3,)])
def test_equals_the_equations_with_gradients(iterations, shared_b):
    torch.manual_seed(0)
    model = MgNet(
        (3, 12, 12), 5, nn.BatchNorm2d, channels=6, iterations=iterations, shared_b=shared_b
    ).double()
    for parameter in model.parameters():
        nn.init.normal_(parameter, std=0.5)
    images = torch.randn(4, 3, 12, 12, dtype=torch.float64)
    direction = torch.randn(4, 5, dtype=torch.float64)
    parameters = list(model.parameters())

    def gradients(logits):
        found = torch.autograd.grad((logits * direction).sum(), parameters, materialize_grads=True)
        return torch.cat([gradient.flatten() for gradient in found])

    found, expected = model(images), literal_mgnet(model, images)
    torch.testing.assert_close(found, expected, rtol=1e-9, atol=1e-9)
    torch.testing.assert_close(gradients(found), gradients(expected), rtol=1e-8, atol=1e-8)


@pytest.mark.parametrize(
    ("arguments", "parameters"),
    [
        ({}, 521_418),
        ({"shared_b": False}, 668_874),
        ({"iterations": [1, 1, 1, 1]}, 520_394),
        ({"channels": 256}, 8_278_794),
    ],
)
def test_parameter_counts(arguments, parameters):
    assert (
        count_parameters(build_model("mgnet", arguments, "batch", {}, (3, 32, 32), 10))
        == parameters
    )


@pytest.mark.parametrize("side", [32, 8])
def test_logits_of_images_of_two_sizes(side):
    model = build_model("mgnet", {"channels": 8}, "group", {"groups": 4}, (1, side, side), 7)
    assert model(torch.randn(2, 1, side, side)).shape == (2, 7)


def test_no_convolution_of_zero_features():
    model = MgNet((1, 8, 8), 2, nn.BatchNorm2d, channels=4, iterations=(2, 2))
    calls = []
    for grid in model.grids:
        grid.data_mapping.register_forward_hook(lambda *_, grid=grid: calls.append(grid))
    model(torch.randn(2, 1, 8, 8))
    # Finest: second iteration and restriction; coarsest: restricted data and second iteration.
    assert calls == [model.grids[0]] * 2 + [model.grids[1]] * 2


@pytest.mark.parametrize("iterations", [[], [2, 0]])
def test_grids_without_iterations(iterations):
    with pytest.raises(InputError, match="at least one iteration"):
        MgNet((3, 32, 32), 10, nn.BatchNorm2d, iterations=iterations)
