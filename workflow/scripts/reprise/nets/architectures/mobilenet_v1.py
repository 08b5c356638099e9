"""MobileNetV1.

Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam (2017), "MobileNets: Efficient
convolutional neural networks for mobile vision applications", table 1.
"""

from functools import partial

from torch import nn
from torchvision.ops import Conv2dNormActivation

from reprise.nets.architecture import Architecture, architectures

# Channels and stride of each depthwise separable layer.
LAYERS = (
    (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), (512, 1), (512, 1), (512, 1),
    (512, 1), (512, 1), (1024, 2), (1024, 1),
)  # fmt: skip
STEM_CHANNELS = 32

convolution = partial(Conv2dNormActivation, activation_layer=nn.ReLU6)


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
    features = mobilenet_v1_features(width_multiplier)
    outputs = round(LAYERS[-1][0] * width_multiplier)
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(outputs, classes)]
    return Architecture(nn.Sequential(*features, *head), (3, image_size, image_size))


def mobilenet_v1_features(width_multiplier: float = 1.0) -> list[nn.Module]:
    """The first convolution and the depthwise separable layers, as an image meets them."""
    channels = round(STEM_CHANNELS * width_multiplier)
    features: list[nn.Module] = [convolution(3, channels, stride=2)]
    for width, stride in LAYERS:
        outputs = round(width * width_multiplier)
        features.append(separable(channels, outputs, stride))
        channels = outputs
    return features


def separable(inputs: int, outputs: int, stride: int = 1) -> nn.Sequential:
    """A depthwise 3x3 convolution and a pointwise one, each with its norm and activation."""
    depthwise = convolution(inputs, inputs, stride=stride, groups=inputs)
    return nn.Sequential(depthwise, convolution(inputs, outputs, 1))
