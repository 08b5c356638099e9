"""DeepLabv3.

Chen, Papandreou, Schroff and Adam (2017), "Rethinking atrous convolution for semantic image
segmentation", sections 3 and 4; on MobileNetV2 as in Sandler, Howard, Zhu, Zhmoginov and Chen
(2018), "MobileNetV2: Inverted residuals and linear bottlenecks", section 6.3.
"""

from collections.abc import Sequence
from importlib import import_module
from itertools import pairwise

from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.backbones import named_tensors, note_backbone
from reprise.nets.imagenet_resnet import imagenet_resnet50
from reprise.nets.mobilenet import mobilenet_v2
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

RATES = (6, 12, 18)
"""Dilations of the head's atrous convolutions at output stride 16 (section 3.3 of the paper)."""

OUTPUT_STRIDES = (8, 16, 32)


class DeepLabV3(nn.Module):
    """Features, a head that looks at them at several rates, and the classes of every pixel.

    Maps images (N, channels, H, W) to logits (N, classes, H, W), which are interpolated from a map
    of one place for each ``output_stride`` pixels.

    Args:
        features: maps images to maps of ``channels`` channels.
        channels: of the features.
        rates: dilations of the head's 3x3 convolutions; without any it has a 1x1 convolution and
            the pooled image.
        head_channels: of the head.
        classes: of a pixel, the background among them.
        make_norm: makes a normalising layer for a number of channels.
    """

    def __init__(
        self,
        features: nn.Module,
        channels: int,
        rates: Sequence[int],
        head_channels: int,
        classes: int,
        make_norm: NormMaker,
    ) -> None:
        super().__init__()
        pyramid = import_module("torchvision.models.segmentation.deeplabv3").ASPP
        self.features = features
        self.head = pyramid(channels, rates, head_channels)
        _replace_parts(self.head, make_norm)
        self.classifier = nn.Conv2d(head_channels, classes, kernel_size=1)

    def forward(self, images: Tensor) -> Tensor:
        logits = self.classifier(self.head(self.features(images)))
        return functional.interpolate(
            logits, size=images.shape[2:], mode="bilinear", align_corners=False
        )


# Channels are rounded to multiples of 8, so they are no multiples of an argument.
@models.register(
    "deeplab_v3_mobilenet_v2",
    widths=None,
    task="segmentation",
    backbone={"name": "mobilenet_v2", "changed_by": ["width_multiplier", "blocks"]},
)
def deeplab_v3_mobilenet_v2(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width_multiplier: float = 1.0,
    blocks: Sequence[int] = (1, 2, 3, 4, 3, 3, 1),
    head_channels: int = 256,
    output_stride: int = 16,
) -> nn.Module:
    """DeepLabv3 on MobileNetV2, without atrous convolutions in its head.

    The head takes the map before the last 1x1 convolution of MobileNetV2, through one 1x1
    convolution and the pooled image.

    Args:
        image_shape: channels, height and width of an image.
        classes: of a pixel, the background among them.
        make_norm: makes a normalising layer for a number of channels.
        width_multiplier, blocks: as of the model ``mobilenet_v2``.
        head_channels: of the head.
        output_stride: pixels along a side for one place of the features, 8, 16 or 32.

    Raises:
        InputError: blocks or an output stride of another form, or torchvision cannot be imported.
    """
    backbone = mobilenet_v2(
        image_shape, classes, make_norm, width_multiplier=width_multiplier, blocks=blocks
    )
    features = backbone.features[:-1]
    _limit_stride(features, output_stride)
    channels = features[-1].out_channels
    model = DeepLabV3(features, channels, (), head_channels, classes, make_norm)
    note_backbone(model, named_tensors(backbone))
    return model


# The stem and the head have channels of their own.
@models.register(
    "deeplab_v3_resnet101",
    widths=None,
    task="segmentation",
    backbone={"name": "resnet101", "changed_by": ["blocks", "bottleneck_width", "expansion"]},
)
def deeplab_v3_resnet101(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    blocks: Sequence[int] = (3, 4, 23, 3),
    bottleneck_width: int = 64,
    expansion: int = 4,
    stem_channels: int = 64,
    head_channels: int = 256,
    rates: Sequence[int] = RATES,
    output_stride: int = 16,
) -> nn.Module:
    """DeepLabv3 on ResNet-101.

    As in the authors' code (tensorflow/models, research/deeplab), ResNet-101 starts with three
    3x3 convolutions and halves the image in the last block of a stage, not in the first. So of
    weights of torchvision's ResNet-101 it takes all but those of the stem and of the two
    convolutions that take the stem's channels.

    Args:
        image_shape: channels, height and width of an image.
        classes: of a pixel, the background among them.
        make_norm: makes a normalising layer for a number of channels.
        blocks, bottleneck_width, expansion: as of the model ``imagenet_resnet50``.
        stem_channels: of the first two convolutions; the third has twice as many.
        head_channels: of the head.
        rates: dilations of the head's 3x3 convolutions.
        output_stride: pixels along a side for one place of the features, 8, 16 or 32.

    Raises:
        InputError: blocks or an output stride of another form, or torchvision cannot be imported.
    """
    backbone = imagenet_resnet50(
        image_shape,
        classes,
        make_norm,
        blocks=blocks,
        bottleneck_width=bottleneck_width,
        expansion=expansion,
    )
    tensors = named_tensors(backbone)
    stem = _stem(image_shape[0], stem_channels, make_norm)
    _take_channels(backbone.layer1[0], 2 * stem_channels)
    stages = [backbone.layer1, backbone.layer2, backbone.layer3, backbone.layer4]
    for before, stage in pairwise(stages):
        _halve_earlier(before, stage)
    features = nn.Sequential(stem, backbone.maxpool, *stages)
    _limit_stride(features, output_stride)
    channels = backbone.fc.in_features
    model = DeepLabV3(features, channels, rates, head_channels, classes, make_norm)
    note_backbone(model, tensors)
    return model


def _limit_stride(features: nn.Module, output_stride: int) -> None:
    """Convolutions that would halve a map of this stride leave it as it is, and later ones look
    twice as far instead: atrous convolutions (section 3.1 of the paper)."""
    if output_stride not in OUTPUT_STRIDES:
        known = ", ".join(map(str, OUTPUT_STRIDES))
        raise InputError(
            f"model 'deeplab_v3' expects an output_stride of {known}, but it is {output_stride}: "
            "correct it"
        )
    stride, dilation, limited = 1, 1, False
    for module in features.modules():
        if not isinstance(module, nn.Conv2d | nn.MaxPool2d):
            continue
        if module.kernel_size in (1, (1, 1)):
            # Beside a convolution of a residual block, which comes first.
            module.stride = (1, 1) if limited else module.stride
            continue
        if dilation > 1:
            module.dilation = module.padding = (dilation, dilation)
        if module.stride in (2, (2, 2)):
            limited = 2 * stride > output_stride
            if limited:
                module.stride, dilation = (1, 1), 2 * dilation
            else:
                stride *= 2


def _replace_parts(module: nn.Module, make_norm: NormMaker) -> None:
    """Puts the norm in the place of batch norm, and nothing in that of dropout, which torchvision
    has and the paper does not."""
    for name, child in module.named_children():
        if isinstance(child, nn.BatchNorm2d):
            setattr(module, name, make_norm(child.num_features))
        elif isinstance(child, nn.Dropout):
            setattr(module, name, nn.Identity())
        else:
            _replace_parts(child, make_norm)


def _stem(inputs: int, channels: int, make_norm: NormMaker) -> nn.Sequential:
    """Three convolutions in place of the first, of stride 2 together."""
    normalised = import_module("torchvision.ops").Conv2dNormActivation
    return nn.Sequential(
        normalised(inputs, channels, stride=2, norm_layer=make_norm),
        normalised(channels, channels, norm_layer=make_norm),
        normalised(channels, 2 * channels, norm_layer=make_norm),
    )


def _take_channels(block: nn.Module, channels: int) -> None:
    """Lets the first block after the stem take the channels of the stem.

    Raises:
        InputError: a block without a projection would put out other channels than it takes.
    """
    outputs = block.conv3.out_channels
    if block.downsample is None and channels != outputs:
        raise InputError(
            f"model 'deeplab_v3_resnet101' expects stem_channels of {outputs // 2} at an expansion "
            f"of 1, but they are {channels // 2}: correct them"
        )
    block.conv1 = nn.Conv2d(channels, block.conv1.out_channels, 1, bias=False)
    if block.downsample is not None:
        block.downsample[0] = nn.Conv2d(channels, outputs, 1, bias=False)


def _halve_earlier(before: nn.Sequential, stage: nn.Sequential) -> None:
    """Moves the stride of a stage's first block to the last block of the stage before."""
    for convolution in (stage[0].conv2, stage[0].downsample[0]):
        convolution.stride = (1, 1)
    last = before[-1]
    last.conv2.stride = (2, 2)
    if last.downsample is None:
        last.downsample = nn.MaxPool2d(1, stride=2)
    else:
        last.downsample[0].stride = (2, 2)
