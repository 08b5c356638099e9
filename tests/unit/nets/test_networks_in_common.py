"""What residual, dense and torchvision networks share: sizes, shapes, norms, gradients."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.inventory import find
from reprise.nets.build import build_model, count_parameters
from reprise.planning.cell_checks import normalised_layers

LAYOUT = [{"channels": 4}, {"residual": True}, {"channels": 8, "pool": True}]
SMALL = {
    "residual_cnn": {"layout": LAYOUT},
    "resnet9": {"width": 4},
    "resnet12": {"width": 4},
    "preactivation_resnet": {"width": 4, "blocks": [1, 2, 1, 1]},
    "dense_cnn": {"stem": 8, "growth": 4, "bottleneck": 8, "blocks": [2, 2]},
    "wide_resnet": {"width": 4, "widening": 2, "depth": 10},
    "imagenet_resnet50": {"bottleneck_width": 8, "blocks": [1, 1, 1, 1]},
    "imagenet_resnet18": {"width": 8, "blocks_per_stage": 1},
    "inception_v3": {"width": 2},
    "inception_resnet_v2": {"width": 2, "blocks": [1, 2, 1]},
}
LARGE = ("inception_v3", "inception_resnet_v2")
SIDES = dict.fromkeys(SMALL, (8, 16, 32)) | dict.fromkeys(LARGE, (75, 80))
CASES = [(name, side) for name in SMALL for side in SIDES[name]]
PLANNED = [name for name in SMALL if find("model", name, "test").description["widths"]]


def small(name, norm="batch", shape=(3, 32, 32), classes=7, **arguments):
    return build_model(name, SMALL[name], norm, arguments, shape, classes)


@pytest.mark.parametrize(
    ("name", "arguments", "parameters", "convolutions"),
    [
        ("resnet9", {}, 6_573_130, 8),
        ("resnet12", {}, 7_827_786, 12),
        ("preactivation_resnet", {}, 11_173_962, 20),
        ("preactivation_resnet", {"downsampling": "stride"}, 11_173_962, 20),
        ("preactivation_resnet", {"blocks": [1, 2, 2, 2]}, 11_099_978, 18),
        ("dense_cnn", {}, 614_850, 59),
        ("wide_resnet", {}, 2_748_890, 16),
        ("wide_resnet", {"depth": 28, "widening": 10}, 36_479_194, 28),
        ("imagenet_resnet50", {}, 25_557_032 - 990 * 2049, 53),
        ("imagenet_resnet50", {"blocks": [3, 8, 36, 3]}, 60_192_808 - 990 * 2049, 155),
        ("imagenet_resnet18", {}, 11_689_512 - 990 * 513, 20),
        ("inception_v3", {}, 23_834_568 - 990 * 2049, 94),
        ("inception_resnet_v2", {}, 55_843_464 - 990 * 1537, 244),
    ],
)
def test_published_sizes_for_ten_classes(name, arguments, parameters, convolutions):
    side = max(SIDES[name])
    with torch.device("meta"):
        model = build_model(name, arguments, "batch", {}, (3, side, side), 10)
    assert count_parameters(model) == parameters
    assert sum(isinstance(module, nn.Conv2d) for module in model.modules()) == convolutions


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize(("name", "side"), CASES)
def test_logits_for_images_of_several_shapes(name, side, channels):
    shape = (channels, side, side)
    with torch.device("meta"):
        for norm, arguments in (("batch", {}), ("group", {"groups": 2})):
            logits = small(name, norm, shape, **arguments)(torch.empty(2, *shape))
            assert logits.shape == (2, 7)


@pytest.mark.parametrize("norm", ["batch", "group", "none"])
@pytest.mark.parametrize("name", SMALL)
def test_gradients_reach_every_parameter(name, norm):
    torch.manual_seed(0)
    side = max(SIDES[name])
    model = small(name, norm, (1, side, side), **({"groups": 2} if norm == "group" else {}))
    model(torch.randn(4, 1, side, side)).square().sum().backward()
    without = {
        key
        for key, parameter in model.named_parameters()
        if parameter.grad is None or not parameter.grad.any()
    }
    assert without == set()


@pytest.mark.parametrize("name", SMALL)
def test_every_norm_is_that_of_the_cell(name):
    side = max(SIDES[name])
    with torch.device("meta"):
        model = small(name, shape=(3, side, side), eps=1e-3, momentum=0.01)
    found = {(m.eps, m.momentum) for m in model.modules() if isinstance(m, nn.BatchNorm2d)}
    assert found == {(1e-3, 0.01)}


@pytest.mark.parametrize("name", PLANNED)
def test_the_planner_allows_the_groups_with_which_the_network_can_be_built(name):
    side = max(SIDES[name])
    planned = {c for c, _ in normalised_layers(find("model", name, "test"), SMALL[name], side)}
    for groups in (1, 2, 3, 4, 8, 16):
        try:
            with torch.device("meta"):
                small(name, "group", (3, side, side), groups=groups)
            built = True
        except InputError:
            built = False
        assert built == all(channels % groups == 0 for channels in planned), groups


@pytest.mark.parametrize("name", [name for name in PLANNED if name not in LARGE])
def test_the_planner_knows_the_smallest_normalised_image(name):
    seen = []
    with torch.device("meta"):
        model = small(name)
        for module in model.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.register_forward_hook(lambda _, inputs, __: seen.append(inputs[0].shape[2]))
        model(torch.empty(2, 3, 32, 32))
    planned = normalised_layers(find("model", name, "test"), SMALL[name], 32)
    assert min(seen) == min(side for _, side in planned)


@pytest.mark.parametrize(
    ("name", "side"),
    [
        ("residual_cnn", 2),
        ("resnet9", 8),
        ("resnet12", 8),
        ("preactivation_resnet", 8),
        ("dense_cnn", 4),
        ("inception_v3", 75),
        ("inception_resnet_v2", 75),
    ],
)
def test_smallest_image(name, side):
    assert small(name, shape=(3, side, side))(torch.randn(2, 3, side, side)).shape == (2, 7)
    message = f"'{'residual_cnn' if name in ('resnet9', 'resnet12') else name}' expects images of"
    with pytest.raises(InputError, match=f"{message} {side} x {side} pixels or more"):
        small(name, shape=(3, side, side - 1))


@pytest.mark.parametrize(
    "name", ["residual_cnn", "resnet9", "resnet12", "preactivation_resnet", "dense_cnn"]
)
def test_takes_every_activation_and_refuses_unknown_names(name):
    def build(activation):
        arguments = {**SMALL[name], "activation": activation}
        return build_model(name, arguments, "batch", {}, (3, 8, 8), 10)

    mish, relu = build("mish"), build("relu")
    assert any(isinstance(module, nn.Mish) for module in mish.modules())
    assert not any(isinstance(module, nn.ReLU | nn.LeakyReLU) for module in mish.modules())
    slopes = sum(isinstance(module, nn.ReLU) for module in relu.modules())
    assert count_parameters(build("prelu")) == count_parameters(relu) + slopes
    with pytest.raises(InputError, match=r"unknown activation 'rely'.* did you mean 'relu'"):
        build("rely")
