"""SSD.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu and Berg (2016), "SSD: Single shot multibox detector",
ECCV, figure 2; its larger form by footnote 5 and the authors' code.
"""

from collections import OrderedDict

from torch import Tensor, nn
from torchvision.models import vgg16
from torchvision.models.detection.ssd import SSDFeatureExtractorVGG, SSDHead

from reprise.nets.architecture import Architecture, architectures

SMALL, LARGE = 300, 512
CHANNELS = (512, 1024, 512, 256, 256, 256, 256)
BOXES = {SMALL: (4, 6, 6, 6, 4, 4), LARGE: (4, 6, 6, 6, 6, 4, 4)}


@architectures.register("ssd_vgg16")
def ssd_vgg16(*, image_size: int = SMALL, classes: int = 80) -> Architecture:
    """SSD300 or SSD512 on VGG-16, from torchvision's parts.

    Args:
        image_size: side of an image, 300 or 512.
        classes: kinds of objects, without the background.

    Raises:
        ValueError: an image size that was not published.
    """
    if image_size not in BOXES:
        raise ValueError(f"image_size is {SMALL} or {LARGE}, not {image_size}")
    is_large = image_size == LARGE
    features = SSDFeatureExtractorVGG(vgg16().features, highres=is_large)
    if is_large:
        _halve_to_the_end(features)
    boxes = BOXES[image_size]
    head = SSDHead(list(CHANNELS[: len(boxes)]), list(boxes), classes + 1)
    return Architecture(_Detector(features, head), (3, image_size, image_size))


def _halve_to_the_end(features: SSDFeatureExtractorVGG) -> None:
    """The authors' larger form halves its maps down to 1 x 1; torchvision's keeps the strides of
    the smaller form."""
    *_, tenth, eleventh, twelfth = (layers[2] for layers in features.extra[1:])
    for convolution in (tenth, eleventh):
        convolution.stride, convolution.padding = (2, 2), (1, 1)
    twelfth.padding = (1, 1)


class _Detector(nn.Module):
    def __init__(self, features: SSDFeatureExtractorVGG, head: SSDHead) -> None:
        super().__init__()
        self.features, self.head = features, head

    def forward(self, images: Tensor) -> dict[str, Tensor]:
        maps: OrderedDict[str, Tensor] = self.features(images)
        return self.head(list(maps.values()))
