"""Detectors that train: their maps and boxes, their norms, and what they share with the counted."""

import pytest
import torch
from torch import nn
from torchvision.models.detection.anchor_utils import DefaultBoxGenerator
from torchvision.models.detection.image_list import ImageList
from torchvision.ops import box_convert

from reprise.errors import InputError
from reprise.nets.architecture import build_architecture
from reprise.nets.build import build_model, count_parameters
from reprise.nets.default_boxes import default_boxes, forms_of, reduced_forms
from reprise.nets.ssd import ScaledPlaces

V1, V2 = "ssdlite_mobilenet_v1", "ssdlite_mobilenet_v2"
SSD300, SSD512 = "ssd300_vgg16", "ssd512_vgg16"
NARROW = {
    V1: {"width_multiplier": 0.25, "repeated": 1, "extra_channels": [16]},
    V2: {"width_multiplier": 0.25, "blocks": [1] * 7, "extra_channels": [16]},
    SSD300: {"width": 4, "scales": [0.3, 0.5, 0.7, 0.9]},
    SSD512: {"width": 4, "scales": [0.3, 0.5, 0.7, 0.9]},
}
# Boxes on images of 64 pixels: maps of 4, 2 and 1, or of 8, 4 and 2.
BOXES = {
    V1: 3 * 16 + 6 * (4 + 1),
    V2: 3 * 16 + 6 * (4 + 1),
    SSD300: 4 * 64 + 6 * (16 + 4),
    SSD512: 4 * 64 + 6 * (16 + 4),
}


def narrow(name, norm="batch", **arguments):
    norm_arguments = {"groups": 2} if norm == "group" else {}
    return build_model(name, {**NARROW[name], **arguments}, norm, norm_arguments, (1, 64, 64), 6)


@pytest.mark.parametrize("name", NARROW)
def test_predictions_end_with_their_default_boxes(name):
    model = narrow(name)
    found = model(torch.randn(2, 1, 64, 64))
    assert found.shape == (2, 6 + 4 + 4, BOXES[name])
    assert torch.equal(found[:, -4:], model.boxes.expand(2, 4, -1))
    assert "boxes" not in model.state_dict()


@pytest.mark.parametrize("name", NARROW)
def test_a_prediction_depends_on_what_is_near_its_default_box(name):
    """Of a box on the first map, in a corner of the image, nothing in the opposite one."""
    model = narrow(name, norm="none").eval()
    torch.manual_seed(0)
    images = torch.randn(1, 1, 512, 512, requires_grad=True)
    first = model.predictors[0](model.stages[0](images))
    places = first.shape[2] // (3 if "ssdlite" in name else 4)
    side = round(places**0.5)
    # The last place of the first row, of the first form.
    first[0, :, side - 1].abs().sum().backward()
    rows, columns = (images.grad[0, 0].abs().sum(axis) for axis in (1, 0))
    assert rows[:128].sum() > 0 and rows[384:].sum() == 0
    assert columns[384:].sum() > 0 and columns[:128].sum() == 0


@pytest.mark.parametrize("name", NARROW)
def test_the_norm_is_an_argument_everywhere(name):
    kinds = {type(module) for module in narrow(name, norm="group").modules()}
    assert nn.GroupNorm in kinds
    assert not kinds & {nn.BatchNorm2d, nn.Dropout}


@pytest.mark.parametrize(
    ("name", "counted", "arguments", "norm", "side"),
    [
        (V1, "mobilenet_v1_ssdlite", {}, "batch", 320),
        (V2, "mobilenet_v2_ssdlite", {}, "batch", 320),
        (SSD300, "ssd_vgg16", {"image_size": 300}, "none", 300),
        (SSD512, "ssd_vgg16", {"image_size": 512}, "none", 512),
    ],
)
def test_the_counted_network_is_the_one_that_trains(name, counted, arguments, norm, side):
    with torch.device("meta"):
        trained = build_model(name, {}, norm, {}, (3, side, side), 81)
    built = build_architecture(counted, arguments).model
    assert type(built) is type(trained)
    assert count_parameters(built) == count_parameters(trained)
    assert built.boxes.shape == trained.boxes.shape


def test_default_boxes_are_those_of_torchvision():
    """In another order: place by place there, form by form here."""
    scales, ratios, sides = [0.2, 0.5, 0.8, 1.0], [[2], [2, 3], [2, 3]], [5, 3, 1]
    forms = [forms_of(*scales[k : k + 2], ratios[k]) for k in range(3)]
    found = default_boxes(forms, [(side, side) for side in sides])
    generator = DefaultBoxGenerator(ratios, scales=scales, clip=False)
    images = ImageList(torch.zeros(1, 3, 100, 100), [(100, 100)])
    (expected,) = generator(images, [torch.zeros(1, 1, side, side) for side in sides])
    ours = box_convert(found.T, "cxcywh", "xyxy")
    theirs = expected / 100
    assert ours.shape == theirs.shape
    distances = (ours.unsqueeze(1) - theirs).abs().amax(2)
    assert distances.min(0).values.max() < 1e-5
    assert distances.min(1).values.max() < 1e-5


def test_boxes_come_form_by_form_and_row_by_row():
    boxes = default_boxes([[(0.1, 0.2), (0.3, 0.4)]], [(2, 3)])
    assert boxes[2].tolist() == pytest.approx([0.1] * 6 + [0.3] * 6)
    assert boxes[3].tolist() == pytest.approx([0.2] * 6 + [0.4] * 6)
    assert boxes[0, :6].tolist() == pytest.approx([1 / 6, 3 / 6, 5 / 6] * 2)
    assert boxes[1, :6].tolist() == pytest.approx([0.25] * 3 + [0.75] * 3)


def test_the_first_map_of_ssdlite_has_three_boxes():
    assert reduced_forms(0.2) == [
        (0.1, 0.1),
        pytest.approx((0.2 * 2**0.5, 0.2 / 2**0.5)),
        pytest.approx((0.2 / 2**0.5, 0.2 * 2**0.5)),
    ]


def test_places_are_scaled_to_one_length():
    scaled = ScaledPlaces(5)(torch.rand(2, 5, 3, 3) + 0.1)
    assert scaled.norm(dim=1).flatten().tolist() == pytest.approx([20] * 18, rel=1e-5)


@pytest.mark.parametrize("scales", [[0.3, 0.5], [0.1] * 8])
def test_other_numbers_of_scales_are_refused(scales):
    with pytest.raises(InputError, match="'ssd300_vgg16' expects 3 to 7 scales, but they are"):
        narrow(SSD300, scales=scales)
