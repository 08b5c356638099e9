"""DeepLabv3 that trains: its maps, its norms, and what it shares with the counted one."""

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.nets.architecture import build_architecture
from reprise.nets.build import build_model, count_parameters

MOBILENET, RESNET = "deeplab_v3_mobilenet_v2", "deeplab_v3_resnet101"
NARROW = {
    MOBILENET: {"width_multiplier": 0.25, "blocks": [1] * 7, "head_channels": 8},
    RESNET: {
        "blocks": [1, 2, 1, 2], "bottleneck_width": 8, "stem_channels": 8, "head_channels": 8,
    },
}  # fmt: skip


def narrow(name, norm="batch", **arguments):
    norm_arguments = {"groups": 4} if norm == "group" else {}
    return build_model(name, {**NARROW[name], **arguments}, norm, norm_arguments, (1, 64, 64), 6)


@pytest.mark.parametrize("name", NARROW)
def test_every_pixel_has_logits(name):
    model = narrow(name)
    images = torch.randn(2, 1, 64, 64)
    assert model(images).shape == (2, 6, 64, 64)
    assert model.eval()(images[:, :, :50, :33]).shape == (2, 6, 50, 33)


@pytest.mark.parametrize("output_stride", [8, 16, 32])
@pytest.mark.parametrize("name", NARROW)
def test_features_have_the_output_stride(name, output_stride):
    model = narrow(name, output_stride=output_stride).eval()
    maps = model.features(torch.randn(1, 1, 64, 64))
    assert maps.shape[2:] == (64 // output_stride, 64 // output_stride)


@pytest.mark.parametrize("name", NARROW)
def test_atrous_convolutions_see_what_strided_ones_would(name):
    """Where strides of the last stages become dilations, every other place of the map is that of
    the network with strides (away from the border, with the norms of the test)."""
    torch.manual_seed(0)
    models = [narrow(name, output_stride=stride).eval() for stride in (32, 16)]
    models[1].load_state_dict(models[0].state_dict())
    images = torch.randn(1, 1, 512, 512)
    with torch.no_grad():
        strided, dilated = (model.features(images) for model in models)
    inner = slice(6, -6)
    every_other = dilated[:, :, ::2, ::2]
    assert torch.allclose(strided[:, :, inner, inner], every_other[:, :, inner, inner], atol=1e-5)


@pytest.mark.parametrize("name", NARROW)
def test_the_norm_is_an_argument_everywhere(name):
    model = narrow(name, norm="group")
    kinds = {type(module) for module in model.modules()}
    assert nn.GroupNorm in kinds
    assert not kinds & {nn.BatchNorm2d, nn.Dropout}


@pytest.mark.parametrize("name", NARROW)
def test_the_counted_network_is_the_one_that_trains(name):
    with torch.device("meta"):
        trained = build_model(name, {}, "batch", {}, (3, 513, 513), 21)
    counted = build_architecture(name, {}).model
    assert type(counted) is type(trained)
    assert count_parameters(counted) == count_parameters(trained)


def test_mobilenet_has_no_atrous_convolutions_in_its_head():
    kernels = [m.kernel_size for m in narrow(MOBILENET).head.modules() if isinstance(m, nn.Conv2d)]
    assert set(kernels) == {(1, 1)}
    rates = [m.dilation for m in narrow(RESNET).head.modules() if isinstance(m, nn.Conv2d)]
    assert set(rates) == {(1, 1), (6, 6), (12, 12), (18, 18)}


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        (MOBILENET, {"output_stride": 4}, "output_stride of 8, 16, 32, but it is 4"),
        (RESNET, {"expansion": 1}, "stem_channels of 32 at an expansion of 1, but they are 8"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(name, arguments, message):
    with pytest.raises(InputError, match=message):
        narrow(name, **arguments)
