"""Small residual networks: convolutions and residual blocks in any order.

He, Zhang, Ren and Sun (2016), "Identity mappings in deep residual networks", ECCV
(arXiv:1603.05027), figure 4, gives the five orders of the layers of a block.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from torch import Tensor, nn

from reprise.errors import InputError
from reprise.nets.activations import make_activation
from reprise.nets.checks import check_name, check_positive, check_sides, read_part
from reprise.nets.layers import activated_convolution, convolution
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "residual_cnn"

# What a block does before and after its shortcut is added.
BLOCK_ORDERS = {
    "original": ("convolution norm activation convolution norm", "activation"),
    "norm_after_addition": ("convolution norm activation convolution", "norm activation"),
    "relu_before_addition": ("convolution norm activation convolution norm activation", ""),
    "relu_only_preactivation": ("activation convolution norm activation convolution norm", ""),
    "full_preactivation": ("norm activation convolution norm activation convolution", ""),
}


@dataclass(frozen=True)
class Part:
    """A 3x3 convolution to ``channels``, with max pooling if asked for, or a residual block."""

    channels: int | None = None
    pool: bool = False
    residual: bool = False

    def __post_init__(self) -> None:
        if self.residual == (self.channels is not None) or (self.residual and self.pool):
            raise InputError(
                f"model {NAME!r} expects each part of layout to have either channels (and pool) or "
                f"residual: true, but found {self}: correct it"
            )
        check_positive(NAME, "channels", 1 if self.channels is None else self.channels)


@models.register("residual_cnn", widths=None)
class ResidualCnn(nn.Module):
    """A residual network as a list of convolutions and of residual blocks.

    Every convolution is 3x3 without bias. One that stands alone is followed by the norm and the
    activation; a residual block has two and keeps channels and sides. Max pooling halves the
    sides. A linear layer maps the means over the image to the logits. Weights start as torch
    initialises them by default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        layout: the parts in the order in which an image meets them, as mappings: ``channels`` (of
            a convolution) with ``pool`` (left out: false), or ``residual: true``.
        activation: a name of ``reprise.nets.activations.make_activation``.
        block_order: order of the layers of a residual block (He et al., 2016, figure 4):
            "original", "norm_after_addition", "relu_before_addition", "relu_only_preactivation" or
            "full_preactivation".
        pool_before_norm: whether max pooling stands between convolution and norm, or after the
            activation.

    Raises:
        InputError: an unknown name, a part of another form, or an image that is too small for the
            poolings.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        layout: Sequence[Mapping[str, Any]],
        activation: str = "leaky_relu",
        block_order: str = "full_preactivation",
        pool_before_norm: bool = True,
    ) -> None:
        super().__init__()
        check_name(NAME, "block_order", block_order, BLOCK_ORDERS)
        check_positive(NAME, "the number of parts of layout", len(layout))
        parts = [read_part(NAME, Part, part, "layout") for part in layout]
        check_sides(NAME, image_shape, 2 ** sum(part.pool for part in parts))
        self.parts = nn.Sequential()
        channels = image_shape[0]
        for part in parts:
            if part.channels is None:
                self.parts.append(ResidualBlock(channels, make_norm, activation, block_order))
                continue
            arguments = (channels, part.channels, make_norm, activation)
            pooling = {"pool": part.pool, "pool_before_norm": pool_before_norm}
            self.parts.append(nn.Sequential(*activated_convolution(*arguments, **pooling)))
            channels = part.channels
        self.head = nn.Linear(channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        return self.head(self.parts(images).mean((2, 3)))


class ResidualBlock(nn.Module):
    """The sum of its input and of two 3x3 convolutions, in one of the five orders."""

    def __init__(self, channels: int, make_norm: NormMaker, activation: str, order: str) -> None:
        super().__init__()
        before, after = (
            [_layer(step, channels, make_norm, activation) for step in steps.split()]
            for steps in BLOCK_ORDERS[order]
        )
        self.change = nn.Sequential(*before)
        self.after_addition = nn.Sequential(*after) if after else nn.Identity()

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, channels, H, W) to the same shape."""
        return self.after_addition(features + self.change(features))


def _layer(step: str, channels: int, make_norm: NormMaker, activation: str) -> nn.Module:
    if step == "convolution":
        return convolution(channels, channels)
    return make_norm(channels) if step == "norm" else make_activation(activation)


@models.register("resnet9", widths={"argument": "width", "multiples": [1, 2, 4, 8]}, halvings=3)
def resnet9(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    activation: str = "leaky_relu",
    block_order: str = "full_preactivation",
    pool_before_norm: bool = True,
) -> nn.Module:
    """ResNet-9: four convolutions, with a residual block after the second and after the last.

    Args:
        width: channels of the first convolution; the others have 2, 4 and 8 times as many, and
            each of them is followed by max pooling.

    The other arguments and the errors are those of ``ResidualCnn``.
    """
    residual = {"residual": True}
    convolutions = _widening_convolutions(width)
    layout = [*convolutions[:2], residual, *convolutions[2:], residual]
    build = partial(ResidualCnn, image_shape, classes, make_norm, layout=layout)
    return build(activation=activation, block_order=block_order, pool_before_norm=pool_before_norm)


@models.register("resnet12", widths={"argument": "width", "multiples": [1, 2, 4, 8]}, halvings=3)
def resnet12(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    activation: str = "leaky_relu",
    block_order: str = "full_preactivation",
    pool_before_norm: bool = True,
) -> nn.Module:
    """The residual network of twelve convolutions: four, each with a residual block after it.

    The arguments and the errors are those of ``resnet9``.
    """
    layout = [part for each in _widening_convolutions(width) for part in (each, {"residual": True})]
    build = partial(ResidualCnn, image_shape, classes, make_norm, layout=layout)
    return build(activation=activation, block_order=block_order, pool_before_norm=pool_before_norm)


def _widening_convolutions(width: int) -> list[dict[str, Any]]:
    """Four parts of a layout: twice the channels and half of the sides from each to the next."""
    return [{"channels": width * 2**stage, "pool": stage > 0} for stage in range(4)]
