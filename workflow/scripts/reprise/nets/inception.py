"""Inception-v3.

Szegedy, Vanhoucke, Ioffe, Shlens and Wojna (2016), "Rethinking the Inception architecture for
computer vision", CVPR.
"""

from functools import partial
from typing import Any

from torch import nn

from reprise.nets.checks import check_dropout, check_positive, check_sides
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker
from reprise.nets.torchvision_models import import_torchvision_models

NAME = "inception_v3"
SMALLEST_SIDE = 75
PUBLISHED_WIDTH = 16
COLORS = 3
# Those that put out as many channels and pixels as they take in, by torchvision's names.
REPEATED_BLOCKS = ("Mixed_5d", "Mixed_6c", "Mixed_6d", "Mixed_6e", "Mixed_7c")


# Its convolutions without padding halve the sides only nearly.
@models.register(
    "inception_v3",
    widths={"argument": "width", "multiples": [2, 4, 5, 12, 3, 6, 24, 8, 10, 20, 28]},
    halvings=5,
)
def inception_v3(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 16,
    dropout: float = 0.5,
    repeated_blocks: bool = True,
) -> nn.Module:
    """Inception-v3 from torchvision, without the auxiliary classifier.

    Every convolution is without bias and followed by the norm and ReLU. Weights start as torch
    initialises them by default.

    Args:
        image_shape: channels, height and width of an image; sides of 75 pixels or more (published:
            299).
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: what divides the channels of all layers; the stem has twice as many, the last
            features have 128 times as many.
        dropout: probability of dropout before the linear layer.
        repeated_blocks: whether there are the five of eleven blocks that keep channels and sides;
            without them the network has 48 convolutions instead of 94.

    Raises:
        InputError: an image or a number that is too small, or torchvision cannot be imported.
    """
    check_sides(NAME, image_shape, SMALLEST_SIDE)
    check_positive(NAME, "width", width)
    check_dropout(NAME, dropout)

    def scaled(channels: int) -> int:
        return channels // PUBLISHED_WIDTH * width

    def layer(inputs: int, outputs: int, **options: Any) -> nn.Module:
        # Only the stem has as many input channels as a color image.
        inputs = image_shape[0] if inputs == COLORS else scaled(inputs)
        convolution = nn.Conv2d(inputs, scaled(outputs), bias=False, **options)
        return nn.Sequential(convolution, make_norm(scaled(outputs)), nn.ReLU())

    inception = import_torchvision_models(NAME).inception
    blocks = [partial(getattr(inception, f"Inception{kind}"), conv_block=layer) for kind in "ABCDE"]
    model = inception.Inception3(
        num_classes=classes,
        aux_logits=False,
        inception_blocks=[layer, *blocks, inception.InceptionAux],
        init_weights=False,
        dropout=dropout,
    )
    model.fc = nn.Linear(scaled(model.fc.in_features), classes)
    if not repeated_blocks:
        for name in REPEATED_BLOCKS:
            setattr(model, name, nn.Identity())
    return model
