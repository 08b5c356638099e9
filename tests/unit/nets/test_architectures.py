"""Architectures against what is published of them: counts, maps and boxes."""

import sys

import pytest
import torch
from torch import nn

from reprise.errors import InputError
from reprise.inventory import names
from reprise.nets.architecture import architectures, build_architecture
from reprise.nets.build import count_parameters
from reprise.nets.costs import count_costs


def counted(name, **arguments):
    built = build_architecture(name, arguments)
    return count_costs(built.model, built.input_shape)


@pytest.mark.parametrize(
    ("name", "arguments", "parameters", "millions"),
    [
        ("mobilenet_v1", {}, 4_231_976, 569),
        ("mobilenet_v2", {}, 3_504_872, 301),
        # Their authors' code says 292 and 524 million, with 3.4 and 5.4 million parameters.
        ("shufflenet", {"width": 360}, 3_442_168, 292),
        ("shufflenet", {"width": 480, "stem_channels": 48}, 5_450_776, 524),
        ("mobilenet_v1_ssdlite", {}, 5_100_661, 1309),
        ("mobilenet_v2_ssdlite", {}, 4_337_013, 789),
        # torchvision says so of its SSD300 with 90 classes.
        ("ssd_vgg16", {"classes": 90}, 35_641_826, 34_858),
        ("ssd_vgg16", {"image_size": 512}, 36_038_196, 98_629),
        ("yolo_v2", {}, 50_962_889, 14_732),
        ("yolo_v2", {"passthrough_channels": None}, 67_445_065, 17_501),
        ("deeplab_v3_mobilenet_v2", {}, 2_113_557, 2741),
        ("deeplab_v3_resnet101", {}, 58_164_437, 76_052),
    ],
)
def test_counts(name, arguments, parameters, millions):
    costs = counted(name, **arguments)
    assert costs.parameters == parameters
    assert round(costs.multiply_adds / 1e6) == millions


def test_ssdlite_has_the_parameters_of_the_released_model():
    """4.475 million with norms folded into the convolutions, by Open Model Zoo's description."""
    model = build_architecture("mobilenet_v2_ssdlite", {"image_size": 300, "classes": 90}).model
    folded = sum(m.num_features for m in model.modules() if isinstance(m, nn.BatchNorm2d))
    assert count_parameters(model) - folded == 4_475_167


def predictions(name, **arguments):
    """What an architecture makes of an image, as shapes."""
    built = build_architecture(name, arguments)
    return built.model.eval()(torch.empty(1, *built.input_shape, device="meta"))


def test_nothing_is_held_in_memory():
    for name in names("architecture"):
        model = build_architecture(name, {}).model
        assert {parameter.device.type for parameter in model.parameters()} == {"meta"}
    assert list(architectures) == names("architecture")


def test_mobilenet_v2_counts_its_bottlenecks():
    blocks = sum((1, 2, 3, 4, 3, 3, 1))
    assert build_architecture("mobilenet_v2", {}).parts == {"bottleneck_blocks": blocks}


@pytest.mark.parametrize("name", ["mobilenet_v1_ssdlite", "mobilenet_v2_ssdlite"])
def test_ssdlite_predicts_from_strides_16_and_32_on(name):
    boxes = 3 * 20**2 + 6 * (10**2 + 5**2 + 3**2 + 2**2 + 1)
    # Of each box 80 classes and the background, how far it is from the default box, and that box.
    assert predictions(name).shape == (1, 81 + 4 + 4, boxes)


@pytest.mark.parametrize(("image_size", "boxes"), [(300, 8732), (512, 24564)])
def test_ssd_predicts_as_many_boxes_as_published(image_size, boxes):
    assert predictions("ssd_vgg16", image_size=image_size).shape == (1, 81 + 4 + 4, boxes)


@pytest.mark.parametrize("name", ["deeplab_v3_mobilenet_v2", "deeplab_v3_resnet101"])
def test_deeplab_has_output_stride_16(name):
    built = build_architecture(name, {"image_size": 129})
    image = torch.empty(1, *built.input_shape, device="meta")
    assert built.model.eval().features(image).shape[2:] == (9, 9)
    assert built.model(image).shape == (1, 21, 129, 129)


def test_a_depthwise_layer_of_the_last_stage_is_dilated():
    model = build_architecture("deeplab_v3_mobilenet_v2", {}).model
    dilated = [m for m in model.modules() if isinstance(m, nn.Conv2d) and m.dilation == (2, 2)]
    assert [m.groups for m in dilated] == [960, 960, 960]


@pytest.mark.parametrize(
    ("name", "arguments", "message"),
    [
        ("ssd_vgg16", {"image_size": 400}, "image_size is 300 or 512, not 400"),
        ("shufflenet", {"width": 250}, "'shufflenet' cannot be built with the arguments"),
        ("mobilenet_v4", {}, "unknown architecture 'mobilenet_v4'; did you mean"),
    ],
)
def test_what_cannot_be_built_is_one_sentence(name, arguments, message):
    with pytest.raises(InputError, match=message):
        build_architecture(name, arguments)


def test_without_torchvision(monkeypatch):
    monkeypatch.delitem(sys.modules, "reprise.nets.architectures.yolo_v2", raising=False)
    monkeypatch.delitem(architectures._entries, "yolo_v2", raising=False)
    monkeypatch.setitem(sys.modules, "torchvision.ops", None)
    with pytest.raises(InputError, match="install a torchvision that matches the installed torch"):
        build_architecture("yolo_v2", {})
