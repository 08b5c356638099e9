"""MobileNetV2.

Sandler, Howard, Zhu, Zhmoginov and Chen (2018), "MobileNetV2: Inverted residuals and linear
bottlenecks", CVPR.
"""

from collections.abc import Sequence

from torch import nn

from reprise.errors import InputError
from reprise.nets.initialisation import glorot_uniform
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker
from reprise.nets.torchvision_models import import_torchvision_models

# Expansion, channels and first stride of each stage (table 2 of the paper).
STAGES = (
    (1, 16, 1), (6, 24, 2), (6, 32, 2), (6, 64, 2), (6, 96, 1), (6, 160, 2), (6, 320, 1),
)  # fmt: skip


# Channels are rounded to multiples of 8, so they are no multiples of an argument.
@models.register("mobilenet_v2", widths=None)
def mobilenet_v2(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width_multiplier: float = 1.0,
    blocks: Sequence[int] = (1, 2, 3, 4, 3, 3, 1),
) -> nn.Module:
    """MobileNetV2 as published, from torchvision, without dropout.

    Its strides halve the image five times, so that 32 pixels end as one. Kernels of convolutions
    and of the last layer start Glorot uniform and biases at zero, as in Keras. One difference from
    Keras remains: its convolutions of stride 2 pad even sides on the right and at the bottom only,
    those here on all four sides.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width_multiplier: what the numbers of channels are multiplied by, before they are rounded
            to a multiple of 8.
        blocks: number of bottlenecks of each stage.

    Raises:
        InputError: blocks of another form, or torchvision cannot be imported.
    """
    if len(blocks) != len(STAGES) or min(blocks) < 1:
        raise InputError(
            f"model 'mobilenet_v2' expects blocks to be {len(STAGES)} numbers of 1 or more, but "
            f"they are {list(blocks)}: correct them"
        )
    model = import_torchvision_models("mobilenet_v2").MobileNetV2(
        num_classes=classes,
        width_mult=width_multiplier,
        inverted_residual_setting=[
            [expansion, channels, count, stride]
            for (expansion, channels, stride), count in zip(STAGES, blocks, strict=True)
        ],
        norm_layer=make_norm,
        dropout=0.0,
    )
    stem = model.features[0][0]
    if image_shape[0] != stem.in_channels:
        model.features[0][0] = nn.Conv2d(
            image_shape[0], stem.out_channels, kernel_size=3, stride=2, padding=1, bias=False
        )
    glorot_uniform(model)
    return model
