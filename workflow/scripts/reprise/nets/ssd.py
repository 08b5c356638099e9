"""SSD.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu and Berg (2016), "SSD: Single shot multibox detector",
ECCV, figure 2; its larger form by footnote 5 and the authors' code (weiliu89/caffe,
ssd_coco.py), from which the scales of the boxes for COCO are too.
"""

from collections.abc import Sequence
from functools import partial
from itertools import chain, pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.backbones import named_tensors, note_backbone
from reprise.nets.default_boxes import Forms, forms_of
from reprise.nets.detector import Detector, Predictions
from reprise.nets.initialisation import glorot_uniform
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

SCALES_300 = (0.07, 0.15, 0.33, 0.51, 0.69, 0.87, 1.05)
SCALES_512 = (0.04, 0.1, 0.26, 0.42, 0.58, 0.74, 0.9, 1.06)
# Of VGG-16: convolutions of each stage, and their channels as multiples of those of the first.
CONVOLUTIONS, MULTIPLES = (2, 2, 3, 3, 3), (1, 2, 4, 8, 8)
HIDDEN = 16
# The added layers: channels within and of the map, as multiples too; kernel, stride and padding.
HALVING, SHRINKING, LAST_OF_512 = (3, 2, 1), (3, 1, 0), (4, 1, 1)
ADDED_300 = ((4, 8, HALVING), (2, 4, HALVING), (2, 4, SHRINKING), (2, 4, SHRINKING))
ADDED_512 = ((4, 8, HALVING), *[(2, 4, HALVING)] * 3, (2, 4, LAST_OF_512))
FIRST_LENGTH = 20.0
"""What the numbers at a place of the first map are scaled to at the start."""

CUT_STAGE = 4
"""Before the pooling that leads to this stage of VGG-16, counted from 0, lies the first map."""


# Channels of detectors are no multiples of one argument.
@models.register(
    "ssd300_vgg16",
    widths=None,
    task="detection",
    backbone={"name": "vgg16_bn", "changed_by": ["width"]},
)
def ssd300_vgg16(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    scales: Sequence[float] = SCALES_300,
) -> nn.Module:
    """SSD300 on VGG-16: for images of 300 pixels it predicts on maps of 38, 19, 10, 5, 3 and 1.

    Args:
        image_shape: channels, height and width of an image.
        classes: of an object, the background among them.
        make_norm: makes a normalising layer for a number of channels.
        width: channels of the first convolutions, as a multiple of which all others grow.
        scales: of the default boxes of each map, as shares of the image, and one more; as many maps
            are predicted on as there are scales less one, 2 to 6.

    Raises:
        InputError: fewer or more scales.
    """
    return _ssd("ssd300_vgg16", image_shape, classes, make_norm, width, scales, ADDED_300)


@models.register(
    "ssd512_vgg16",
    widths=None,
    task="detection",
    backbone={"name": "vgg16_bn", "changed_by": ["width"]},
)
def ssd512_vgg16(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    scales: Sequence[float] = SCALES_512,
) -> nn.Module:
    """SSD512 on VGG-16: for images of 512 pixels it predicts on maps of 64, 32, 16, 8, 4, 2 and 1.

    Args:
        image_shape, classes, make_norm, width: as of the model ``ssd300_vgg16``.
        scales: as there, for 2 to 7 maps.

    Raises:
        InputError: fewer or more scales.
    """
    return _ssd("ssd512_vgg16", image_shape, classes, make_norm, width, scales, ADDED_512)


def _ssd(
    name: str,
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    width: int,
    scales: Sequence[float],
    added: Sequence[tuple[int, int, tuple[int, int, int]]],
) -> Detector:
    maps = len(scales) - 1
    if not 2 <= maps <= len(added) + 2:
        raise InputError(
            f"model {name!r} expects 3 to {len(added) + 3} scales, but they are {list(scales)}: "
            "correct them"
        )
    stages, channels = _vgg_stages(image_shape[0], width, make_norm)
    tensors = _named_as_in_torchvision(stages)
    for narrow, outputs, kernel in added[: maps - 2]:
        pointwise = _convolution(channels[-1], narrow * width, make_norm, 1, 1, 0)
        spread = _convolution(narrow * width, outputs * width, make_norm, *kernel)
        stages.append(nn.Sequential(pointwise, spread))
        channels.append(outputs * width)
    forms = _forms(scales, len(added) + 2)
    predictors: list[nn.Module] = [
        Predictions(partial(_layer, own), len(boxes), classes)
        for own, boxes in zip(channels, forms, strict=True)
    ]
    predictors[0] = nn.Sequential(ScaledPlaces(channels[0]), predictors[0])
    detector = Detector(stages, predictors, forms, image_shape)
    glorot_uniform(detector)
    note_backbone(detector, tensors)
    return detector


class ScaledPlaces(nn.Module):
    """The numbers at each place divided by their length and multiplied by what is learned of each
    channel (section 3.1 of the paper): those of the first map are larger than those of the others.

    Args:
        channels: of the map.
    """

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((channels,), FIRST_LENGTH))

    def forward(self, features: Tensor) -> Tensor:
        return self.scale.view(1, -1, 1, 1) * functional.normalize(features)


def _vgg_stages(inputs: int, width: int, make_norm: NormMaker) -> tuple[list[nn.Module], list[int]]:
    """VGG-16 up to its fourth stage, and from there with its hidden layers as convolutions; the
    channels of both."""
    layers: list[nn.Module] = []
    channels, cut = inputs, 0
    for number, (count, multiple) in enumerate(zip(CONVOLUTIONS, MULTIPLES, strict=True)):
        if number == CUT_STAGE:
            cut = len(layers)
        if number:
            # The sides of maps are rounded up, so that 300 pixels become 38 places.
            layers.append(nn.MaxPool2d(2, ceil_mode=True))
        for _ in range(count):
            layers.append(_convolution(channels, multiple * width, make_norm, 3, 1, 1))
            channels = multiple * width
    hidden = HIDDEN * width
    layers += [
        nn.MaxPool2d(3, stride=1, padding=1),
        _convolution(channels, hidden, make_norm, 3, 1, 6, dilation=6),
        _convolution(hidden, hidden, make_norm, 1, 1, 0),
    ]
    return [nn.Sequential(*layers[:cut]), nn.Sequential(*layers[cut:])], [channels, hidden]


def _named_as_in_torchvision(stages: Sequence[nn.Module]) -> dict[str, Tensor]:
    """The tensors of VGG-16's convolutions and their norms by the names that they have in
    torchvision's ``vgg16_bn``, where each convolution, norm, ReLU and pooling has a number."""
    tensors, number = {}, 0
    for layer in chain.from_iterable(stages):
        if isinstance(layer, nn.MaxPool2d):
            number += 1
            continue
        convolution, norm, _ = layer
        tensors |= named_tensors(convolution, f"features.{number}.")
        tensors |= named_tensors(norm, f"features.{number + 1}.")
        number += 3
    # The hidden layers are none of its convolutions.
    last = sum(3 * count + 1 for count in CONVOLUTIONS)
    return {name: tensor for name, tensor in tensors.items() if int(name.split(".")[1]) < last}


def _convolution(
    inputs: int,
    outputs: int,
    make_norm: NormMaker,
    kernel: int,
    stride: int,
    padding: int,
    dilation: int = 1,
) -> nn.Sequential:
    convolution = nn.Conv2d(inputs, outputs, kernel, stride, padding, dilation)
    return nn.Sequential(convolution, make_norm(outputs), nn.ReLU())


def _layer(channels: int, outputs: int) -> nn.Conv2d:
    return nn.Conv2d(channels, outputs, kernel_size=3, padding=1)


def _forms(scales: Sequence[float], published: int) -> list[Forms]:
    """Boxes of ratios 2 and 3, but for the first map and for the last two that are published, which
    have none of ratio 3."""
    few = (0, published - 2, published - 1)
    return [
        forms_of(scale, following, (2,) if number in few else (2, 3))
        for number, (scale, following) in enumerate(pairwise(scales))
    ]
