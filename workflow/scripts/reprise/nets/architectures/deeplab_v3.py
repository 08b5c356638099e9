"""DeepLabv3.

Chen, Papandreou, Schroff and Adam (2017), "Rethinking atrous convolution for semantic image
segmentation", sections 3 and 4; on MobileNetV2 as in Sandler, Howard, Zhu, Zhmoginov and Chen
(2018), "MobileNetV2: Inverted residuals and linear bottlenecks", section 6.3.
"""

from itertools import pairwise

from torch import nn
from torchvision.models import MobileNetV2, ResNet, resnet101
from torchvision.models.segmentation.deeplabv3 import ASPP
from torchvision.ops import Conv2dNormActivation

from reprise.nets.architecture import Architecture, architectures

HEAD_CHANNELS = 256
RATES = (6, 12, 18)
# The first block of MobileNetV2 that would reach stride 32, counted from the stem as 0.
LAST_HALVING = 14


@architectures.register("deeplab_v3_mobilenet_v2")
def deeplab_v3_mobilenet_v2(*, image_size: int = 513, classes: int = 21) -> Architecture:
    """DeepLabv3 on MobileNetV2 at output stride 16, without atrous convolutions in its head.

    The head takes the map before the last 1x1 convolution of MobileNetV2, through one 1x1
    convolution and the pooled image.

    Args:
        image_size: side of an image.
        classes: of a pixel, the background included.
    """
    features = MobileNetV2().features[:-1]
    depthwise = features[LAST_HALVING].conv[1][0]
    depthwise.stride = (1, 1)
    for block in features[LAST_HALVING + 1 :]:
        depthwise = block.conv[1][0]
        depthwise.dilation, depthwise.padding = (2, 2), (2, 2)
    return _segmenter(features, features[-1].out_channels, (), image_size, classes)


@architectures.register("deeplab_v3_resnet101")
def deeplab_v3_resnet101(*, image_size: int = 513, classes: int = 21) -> Architecture:
    """DeepLabv3 on ResNet-101 at output stride 16.

    As in the authors' code (tensorflow/models, research/deeplab), ResNet-101 starts with three
    3x3 convolutions and halves the image in the last block of a stage, not in the first.

    Args:
        image_size: side of an image.
        classes: of a pixel, the background included.
    """
    backbone = resnet101(replace_stride_with_dilation=[False, False, True])
    stem = _widen_stem(backbone)
    stages = [backbone.layer1, backbone.layer2, backbone.layer3, backbone.layer4]
    for before, stage in pairwise(stages[:3]):
        _halve_earlier(before, stage)
    features = nn.Sequential(stem, backbone.maxpool, *stages)
    return _segmenter(features, 2048, RATES, image_size, classes)


def _segmenter(
    features: nn.Module, channels: int, rates: tuple[int, ...], image_size: int, classes: int
) -> Architecture:
    head = [ASPP(channels, rates, HEAD_CHANNELS), nn.Conv2d(HEAD_CHANNELS, classes, kernel_size=1)]
    return Architecture(nn.Sequential(features, *head), (3, image_size, image_size))


def _widen_stem(backbone: ResNet) -> nn.Sequential:
    """Three convolutions in place of the first, and what they ask of the block after them."""
    block = backbone.layer1[0]
    block.conv1 = nn.Conv2d(128, block.conv1.out_channels, 1, bias=False)
    block.downsample[0] = nn.Conv2d(128, block.downsample[0].out_channels, 1, bias=False)
    return nn.Sequential(
        Conv2dNormActivation(3, 64, stride=2),
        Conv2dNormActivation(64, 64),
        Conv2dNormActivation(64, 128),
    )


def _halve_earlier(before: nn.Sequential, stage: nn.Sequential) -> None:
    """Moves the stride of a stage's first block to the last block of the stage before."""
    for convolution in (stage[0].conv2, stage[0].downsample[0]):
        convolution.stride = (1, 1)
    before[-1].conv2.stride = (2, 2)
    before[-1].downsample = nn.MaxPool2d(1, stride=2)
