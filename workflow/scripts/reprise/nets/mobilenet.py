"""MobileNetV2.

Sandler, Howard, Zhu, Zhmoginov and Chen (2018), "MobileNetV2: Inverted residuals and linear
bottlenecks", CVPR.
"""

from torch import nn

from reprise.nets.initialisation import glorot_uniform
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker
from reprise.nets.torchvision_models import import_torchvision_models


# Channels are rounded to multiples of 8, so they are no multiples of an argument.
@models.register("mobilenet_v2", widths=None)
def mobilenet_v2(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width_multiplier: float = 1.0,
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

    Raises:
        InputError: torchvision cannot be imported.
    """
    model = import_torchvision_models("mobilenet_v2").MobileNetV2(
        num_classes=classes, width_mult=width_multiplier, norm_layer=make_norm, dropout=0.0
    )
    stem = model.features[0][0]
    if image_shape[0] != stem.in_channels:
        model.features[0][0] = nn.Conv2d(
            image_shape[0], stem.out_channels, kernel_size=3, stride=2, padding=1, bias=False
        )
    glorot_uniform(model)
    return model
