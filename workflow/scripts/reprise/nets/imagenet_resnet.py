"""ResNet-18, ResNet-50 and their kin for large images.

He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition", CVPR, table 1.
"""

from collections.abc import Sequence

from torch import nn

from reprise.errors import InputError
from reprise.nets.checks import check_positive, check_stages
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker
from reprise.nets.resnet import ResNet
from reprise.nets.torchvision_models import import_torchvision_models

NAME = "imagenet_resnet50"
BASIC_NAME = "imagenet_resnet18"
STAGES = 4


# The stem keeps 64 channels and the last convolution of a block 64 or more, whatever the argument.
@models.register(
    "imagenet_resnet50",
    widths={"argument": "bottleneck_width", "multiples": [1, 1, 1, 2, 4, 8]},
    halvings=5,
)
def imagenet_resnet50(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    blocks: Sequence[int] = (3, 4, 6, 3),
    bottleneck_width: int = 64,
    expansion: int = 4,
) -> nn.Module:
    """ResNet-50 for large images, from torchvision: a stem of stride 4, four stages of bottlenecks.

    Its strides halve the image five times, so that 224 pixels end as 7 and 32 as one. Unlike the
    paper, torchvision halves the image in the 3x3 convolution of a bottleneck. Convolutions start
    He normal by fan out, the linear layer as torch initialises it by default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        blocks: number of bottlenecks of each stage.
        bottleneck_width: channels of the 3x3 convolutions of the first stage; each later stage has
            twice those of the one before. The stem has 64 channels, whatever it is.
        expansion: the stages put out this many times 64, 128, 256 and 512 channels.

    Raises:
        InputError: blocks of another form, an expansion below 1, or torchvision cannot be imported.
    """
    check_stages(NAME, "blocks", blocks, STAGES)
    if expansion < 1:
        raise InputError(
            f"model {NAME!r} expects an expansion of 1 or more, found {expansion}: 4 is ResNet-50's"
        )
    torchvision_models = import_torchvision_models(NAME)
    bottleneck = torchvision_models.resnet.Bottleneck
    model = torchvision_models.ResNet(
        type("Bottleneck", (bottleneck,), {"expansion": expansion}),
        blocks,
        num_classes=classes,
        width_per_group=bottleneck_width,
        norm_layer=make_norm,
    )
    return _with_channels(model, image_shape)


@models.register(
    "imagenet_resnet18", widths={"argument": "width", "multiples": [1, 1, 1, 2, 4, 8]}, halvings=5
)
def imagenet_resnet18(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    blocks_per_stage: int = 2,
) -> nn.Module:
    """ResNet-18 for large images: a stem of stride 4, four stages of basic blocks.

    All strides halve the image five times. Convolutions start He normal by fan out, the linear
    layer as torch initialises it by default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: channels of the first stage; each later stage has twice those of the one before.
        blocks_per_stage: number of basic blocks of each stage.

    Raises:
        InputError: a number below 1.
    """
    check_positive(BASIC_NAME, "width", width)
    check_positive(BASIC_NAME, "blocks_per_stage", blocks_per_stage)
    widths = [width, 2 * width, 4 * width, 8 * width]
    model = ResNet(image_shape[0], classes, make_norm, widths, blocks_per_stage, "projection")
    model.stem = nn.Conv2d(image_shape[0], width, 7, stride=2, padding=3, bias=False)
    nn.init.kaiming_normal_(model.stem.weight, mode="fan_out", nonlinearity="relu")
    # What follows is ReLU, which changes nothing here.
    pool = nn.MaxPool2d(3, stride=2, padding=1)
    model.stem_norm = nn.Sequential(model.stem_norm, nn.ReLU(), pool)
    return model


def _with_channels(model: nn.Module, image_shape: ImageShape) -> nn.Module:
    """The model with a stem for the channels of its images."""
    if image_shape[0] != model.conv1.in_channels:
        model.conv1 = nn.Conv2d(
            image_shape[0], model.conv1.out_channels, 7, stride=2, padding=3, bias=False
        )
        nn.init.kaiming_normal_(model.conv1.weight, mode="fan_out", nonlinearity="relu")
    return model
