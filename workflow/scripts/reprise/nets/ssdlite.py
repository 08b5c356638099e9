"""SSDLite: SSD with depthwise separable convolutions in place of its own.

Sandler, Howard, Zhu, Zhmoginov and Chen (2018), "MobileNetV2: Inverted residuals and linear
bottlenecks", section 6.2. The widths of the added layers and the boxes are those of the authors'
object detection code (tensorflow/models, ssdlite_mobilenet_v2_coco.config).
"""

from collections.abc import Sequence
from functools import partial
from itertools import pairwise

import numpy as np
from torch import nn

from reprise.nets.backbones import named_tensors, note_backbone
from reprise.nets.default_boxes import Forms, forms_of, reduced_forms
from reprise.nets.detector import Detector, Predictions
from reprise.nets.initialisation import glorot_uniform
from reprise.nets.mobilenet import mobilenet_v2
from reprise.nets.mobilenet_v1 import REPEATED, convolution, mobilenet_v1_features, separable
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker
from reprise.nets.torchvision_models import import_torchvision_models

EXTRA_CHANNELS = (512, 256, 256, 128)
SCALES = (0.2, 0.95)
RATIOS = (2, 3)
# Layers of MobileNetV1 before those that are repeated.
FIRST_LAYERS_OF_V1 = 7
# The stage of MobileNetV2 whose first block halves the map of stride 16.
HALVING_STAGE_OF_V2 = 5


# Channels of detectors are no multiples of one argument.
@models.register("ssdlite_mobilenet_v1", widths=None, task="detection")
def ssdlite_mobilenet_v1(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width_multiplier: float = 1.0,
    repeated: int = REPEATED,
    extra_channels: Sequence[int] = EXTRA_CHANNELS,
    scales: Sequence[float] = SCALES,
) -> nn.Module:
    """SSDLite on MobileNetV1: it predicts from the last layer of stride 16, the last one (stride
    32) and added layers.

    Args:
        image_shape: channels, height and width of an image.
        classes: of an object, the background among them.
        make_norm: makes a normalising layer for a number of channels.
        width_multiplier: what the numbers of MobileNetV1's channels are multiplied by.
        repeated: its layers of 512 channels after the first.
        extra_channels: of each added layer.
        scales: of the default boxes on the first and on the last map, between which they grow in
            equal steps, as shares of the image.

    Raises:
        InputError: torchvision cannot be imported.
    """
    import_torchvision_models("ssdlite_mobilenet_v1")
    layers = mobilenet_v1_features(image_shape[0], width_multiplier, repeated, make_norm)
    cut = FIRST_LAYERS_OF_V1 + repeated
    stages = [nn.Sequential(*layers[:cut]), nn.Sequential(*layers[cut:])]
    channels = [_outputs(stage) for stage in stages]
    return _detector(stages, channels, extra_channels, scales, image_shape, classes, make_norm)


@models.register(
    "ssdlite_mobilenet_v2",
    widths=None,
    task="detection",
    backbone={"name": "mobilenet_v2", "changed_by": ["width_multiplier", "blocks"]},
)
def ssdlite_mobilenet_v2(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width_multiplier: float = 1.0,
    blocks: Sequence[int] = (1, 2, 3, 4, 3, 3, 1),
    extra_channels: Sequence[int] = EXTRA_CHANNELS,
    scales: Sequence[float] = SCALES,
) -> nn.Module:
    """SSDLite on MobileNetV2: it predicts from the expansion in the block that leads from stride 16
    to 32 (layer 15 as published), the last layer (stride 32) and added layers.

    Args:
        image_shape: channels, height and width of an image.
        classes: of an object, the background among them.
        make_norm: makes a normalising layer for a number of channels.
        width_multiplier, blocks: as of the model ``mobilenet_v2``.
        extra_channels, scales: as of the model ``ssdlite_mobilenet_v1``.

    Raises:
        InputError: blocks of another form, or torchvision cannot be imported.
    """
    backbone = mobilenet_v2(
        image_shape, classes, make_norm, width_multiplier=width_multiplier, blocks=blocks
    )
    features = backbone.features
    cut = 1 + sum(blocks[:HALVING_STAGE_OF_V2])
    # This block halves the map and has no shortcut, so that it may be cut after its expansion.
    expansion, *rest = features[cut].conv
    stages = [
        nn.Sequential(*features[:cut], expansion),
        nn.Sequential(*rest, *features[cut + 1 :]),
    ]
    channels = [_outputs(stage) for stage in stages]
    detector = _detector(stages, channels, extra_channels, scales, image_shape, classes, make_norm)
    note_backbone(detector, named_tensors(backbone))
    return detector


def _detector(
    stages: list[nn.Module],
    channels: list[int],
    extra_channels: Sequence[int],
    scales: Sequence[float],
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
) -> Detector:
    """A detector on two stages of a classifier that end with so many channels."""
    widths = [*channels, *extra_channels]
    for inputs, outputs in pairwise(widths[1:]):
        narrow = outputs // 2
        pointwise = convolution(inputs, narrow, kernel_size=1, norm_layer=make_norm)
        stages.append(nn.Sequential(pointwise, separable(narrow, outputs, 2, make_norm)))
    forms = _forms(scales, len(widths))
    predictors = [
        Predictions(partial(_layer, width, make_norm), len(own), classes)
        for width, own in zip(widths, forms, strict=True)
    ]
    detector = Detector(stages, predictors, forms, image_shape)
    glorot_uniform(detector)
    return detector


def _forms(scales: Sequence[float], maps: int) -> list[Forms]:
    """Three boxes at a place of the first map and six on the others; of the last map one lies
    between its scale and the whole image."""
    smallest, largest = scales
    grown = [*np.linspace(smallest, largest, maps).tolist(), 1.0]
    return [reduced_forms(smallest), *(forms_of(*pair, RATIOS) for pair in pairwise(grown[1:]))]


def _layer(channels: int, make_norm: NormMaker, outputs: int) -> nn.Sequential:
    depthwise = convolution(channels, channels, groups=channels, norm_layer=make_norm)
    return nn.Sequential(depthwise, nn.Conv2d(channels, outputs, kernel_size=1))


def _outputs(stage: nn.Module) -> int:
    """Channels of the map that it gives."""
    *_, last = (module for module in stage.modules() if isinstance(module, nn.Conv2d))
    return last.out_channels
