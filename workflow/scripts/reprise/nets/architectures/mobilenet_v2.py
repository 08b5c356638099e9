"""MobileNetV2.

Sandler, Howard, Zhu, Zhmoginov and Chen (2018), "MobileNetV2: Inverted residuals and linear
bottlenecks", CVPR, table 2.
"""

from torchvision.models import MobileNetV2
from torchvision.models.mobilenetv2 import InvertedResidual

from reprise.nets.architecture import Architecture, architectures


@architectures.register("mobilenet_v2")
def mobilenet_v2(
    *, width_multiplier: float = 1.0, image_size: int = 224, classes: int = 1000
) -> Architecture:
    """MobileNetV2 from torchvision, a classifier; its parts are ``bottleneck_blocks``.

    Args:
        width_multiplier: what the numbers of channels are multiplied by, before they are rounded
            to a multiple of 8.
        image_size: side of an image.
        classes: number of logits.
    """
    model = MobileNetV2(num_classes=classes, width_mult=width_multiplier)
    blocks = sum(isinstance(module, InvertedResidual) for module in model.modules())
    return Architecture(model, (3, image_size, image_size), {"bottleneck_blocks": blocks})
