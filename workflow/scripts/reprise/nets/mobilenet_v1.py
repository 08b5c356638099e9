"""MobileNetV1.

Howard, Zhu, Chen, Kalenichenko, Wang, Weyand, Andreetto and Adam (2017), "MobileNets: Efficient
convolutional neural networks for mobile vision applications", table 1.
"""

from functools import partial
from importlib import import_module

from torch import nn

from reprise.nets.norms import NormMaker

STEM_CHANNELS = 32
REPEATED = 5
"""How many layers alike table 1 has."""


def mobilenet_v1_features(
    channels: int, width_multiplier: float, repeated: int, make_norm: NormMaker
) -> list[nn.Module]:
    """The first convolution and the depthwise separable layers, as an image meets them.

    Args:
        channels: of an image.
        width_multiplier: what the numbers of channels are multiplied by.
        repeated: how many layers of 512 channels there are between strides of 16 and 32.
        make_norm: makes a normalising layer for a number of channels.
    """
    # Channels and stride of each layer.
    layers = [
        (64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * repeated,
        (1024, 2), (1024, 1),
    ]  # fmt: skip
    inputs = round(STEM_CHANNELS * width_multiplier)
    features = [convolution(channels, inputs, stride=2, norm_layer=make_norm)]
    for width, stride in layers:
        outputs = round(width * width_multiplier)
        features.append(separable(inputs, outputs, stride, make_norm))
        inputs = outputs
    return features


def separable(inputs: int, outputs: int, stride: int, make_norm: NormMaker) -> nn.Sequential:
    """A depthwise 3x3 convolution and a pointwise one, each with its norm and activation."""
    made = partial(convolution, norm_layer=make_norm)
    depthwise = made(inputs, inputs, stride=stride, groups=inputs)
    return nn.Sequential(depthwise, made(inputs, outputs, kernel_size=1))


def convolution(inputs: int, outputs: int, **arguments: object) -> nn.Module:
    """A convolution with its norm and ReLU6; further arguments as of torchvision's
    ``Conv2dNormActivation``."""
    normalised = import_module("torchvision.ops").Conv2dNormActivation
    return normalised(inputs, outputs, activation_layer=nn.ReLU6, **arguments)
