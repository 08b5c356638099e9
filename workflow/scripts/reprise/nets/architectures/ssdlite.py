"""SSDLite: SSD with depthwise separable convolutions in place of its own.

Sandler, Howard, Zhu, Zhmoginov and Chen (2018), "MobileNetV2: Inverted residuals and linear
bottlenecks", section 6.2. The widths of the added layers and the boxes are those of the authors'
object detection code (tensorflow/models, ssdlite_mobilenet_v2_coco.config).
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torchvision.models import MobileNetV2

from reprise.nets.architecture import Architecture, architectures
from reprise.nets.architectures.mobilenet_v1 import convolution, mobilenet_v1_features, separable

EXTRA_CHANNELS = (512, 256, 256, 128)
BOXES = (3, 6, 6, 6, 6, 6)
COORDINATES = 4
# The first predictions are made on these layers, counted from the stem as 0.
FIRST_LAYER_OF_V1 = 11
FIRST_LAYER_OF_V2 = 14


@architectures.register("mobilenet_v1_ssdlite")
def mobilenet_v1_ssdlite(*, image_size: int = 320, classes: int = 80) -> Architecture:
    """SSDLite on MobileNetV1: it predicts from layer 11 (stride 16), the last layer (stride 32)
    and four added layers.

    Args:
        image_size: side of an image.
        classes: kinds of objects, without the background.
    """
    features = mobilenet_v1_features()
    cut = FIRST_LAYER_OF_V1 + 1
    stages = [nn.Sequential(*features[:cut]), nn.Sequential(*features[cut:])]
    return _detector(stages, (512, 1024), image_size, classes)


@architectures.register("mobilenet_v2_ssdlite")
def mobilenet_v2_ssdlite(*, image_size: int = 320, classes: int = 80) -> Architecture:
    """SSDLite on MobileNetV2: it predicts from the expansion of layer 15 (stride 16), the last
    layer (stride 32) and four added layers.

    Args:
        image_size: side of an image.
        classes: kinds of objects, without the background.
    """
    features = MobileNetV2().features
    # This block halves the image and has no shortcut, so that it may be cut after its expansion.
    expansion, *rest = features[FIRST_LAYER_OF_V2].conv
    stages = [
        nn.Sequential(*features[:FIRST_LAYER_OF_V2], expansion),
        nn.Sequential(*rest, *features[FIRST_LAYER_OF_V2 + 1 :]),
    ]
    return _detector(stages, (expansion[0].out_channels, 1280), image_size, classes)


class Detector(nn.Module):
    """Stages, one after the other, with predictions on what each of them gives."""

    def __init__(self, stages: Sequence[nn.Module], predictors: Sequence[nn.Module]) -> None:
        super().__init__()
        self.stages, self.predictors = nn.ModuleList(stages), nn.ModuleList(predictors)

    def forward(self, features: Tensor) -> list[Tensor]:
        """Images (N, 3, height, width) to one map of predictions (N, ...) a stage."""
        predictions = []
        for stage, predict in zip(self.stages, self.predictors, strict=True):
            features = stage(features)
            predictions.append(predict(features))
        return predictions


def _detector(
    stages: list[nn.Module], channels: tuple[int, ...], image_size: int, classes: int
) -> Architecture:
    """A detector on two stages of a classifier that end with so many channels."""
    widths = (*channels, *EXTRA_CHANNELS)
    for inputs, outputs in zip(widths[1:], EXTRA_CHANNELS, strict=False):
        narrow = outputs // 2
        stages.append(
            nn.Sequential(convolution(inputs, narrow, 1), separable(narrow, outputs, stride=2))
        )
    predictors = [
        Predictor(width, boxes, classes) for width, boxes in zip(widths, BOXES, strict=True)
    ]
    return Architecture(Detector(stages, predictors), (3, image_size, image_size))


class Predictor(nn.Module):
    """The predictions on one map: coordinates, and scores of the classes and the background."""

    def __init__(self, channels: int, boxes: int, classes: int) -> None:
        super().__init__()
        self.parts = nn.ModuleList(
            nn.Sequential(
                convolution(channels, channels, groups=channels),
                nn.Conv2d(channels, boxes * numbers, kernel_size=1),
            )
            for numbers in (COORDINATES, classes + 1)
        )

    def forward(self, features: Tensor) -> list[Tensor]:
        """(N, channels, height, width) to coordinates and scores of every box, as maps."""
        return [part(features) for part in self.parts]
