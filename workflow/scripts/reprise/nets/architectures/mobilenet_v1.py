"""MobileNetV1.

Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam (2017), "MobileNets: Efficient
convolutional neural networks for mobile vision applications", table 1.
"""

from torch import nn

from reprise.nets.architecture import Architecture, architectures
from reprise.nets.mobilenet_v1 import REPEATED, mobilenet_v1_features

CHANNELS = 1024


@architectures.register("mobilenet_v1")
def mobilenet_v1(
    *, width_multiplier: float = 1.0, image_size: int = 224, classes: int = 1000
) -> Architecture:
    """MobileNetV1, a classifier.

    Args:
        width_multiplier: what the numbers of channels are multiplied by.
        image_size: side of an image.
        classes: number of logits.
    """
    features = mobilenet_v1_features(3, width_multiplier, REPEATED, nn.BatchNorm2d)
    outputs = round(CHANNELS * width_multiplier)
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(outputs, classes)]
    return Architecture(nn.Sequential(*features, *head), (3, image_size, image_size))
