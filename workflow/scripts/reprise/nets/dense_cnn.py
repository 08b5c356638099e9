"""A small densely connected network for small images.

Huang, Liu, van der Maaten and Weinberger (2017), "Densely connected convolutional networks", CVPR,
section 3, gives the bottlenecks and the transitions that shrink. The transitions here pool by the
maximum and normalise behind it, and the last block has one too.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from reprise.nets.checks import check_positive, check_sides
from reprise.nets.layers import activated_convolution, preactivated_convolution
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "dense_cnn"


# Each bottleneck adds to the channels, so they are no multiples of an argument.
@models.register("dense_cnn", widths=None)
class DenseCnn(nn.Module):
    """A densely connected network: every layer of a block sees the outputs of all before it.

    A 3x3 stem with norm and activation comes first. After each dense block a transition halves the
    channels by a 1x1 convolution and the sides by max pooling, followed by norm and activation. A
    linear layer maps the means over the image to the logits. No convolution has a bias; weights
    start as torch initialises them by default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        stem: channels of the stem.
        growth: channels that each bottleneck adds.
        bottleneck: channels of the 1x1 convolution of each bottleneck.
        blocks: numbers of bottlenecks of each dense block.
        activation: a name of ``reprise.nets.activations.make_activation``.

    Raises:
        InputError: an unknown name, an empty block, or an image that is too small for a pooling a
            block.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        stem: int = 32,
        growth: int = 20,
        bottleneck: int = 40,
        blocks: Sequence[int] = (14, 14),
        activation: str = "relu",
    ) -> None:
        super().__init__()
        check_positive(NAME, "every number of bottlenecks", min(blocks, default=0))
        check_sides(NAME, image_shape, 2 ** len(blocks))
        self.layers = nn.Sequential(
            *activated_convolution(image_shape[0], stem, make_norm, activation)
        )
        channels = stem
        for count in blocks:
            for _ in range(count):
                self.layers.append(Bottleneck(channels, bottleneck, growth, make_norm, activation))
                channels += growth
            transition = activated_convolution(
                channels, channels // 2, make_norm, activation, kernel=1, pool=True
            )
            self.layers.extend(transition)
            channels //= 2
        self.head = nn.Linear(channels, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        return self.head(self.layers(images).mean((2, 3)))


class Bottleneck(nn.Module):
    """Its input, with ``growth`` channels behind it from a 1x1 and a 3x3 convolution.

    Norm and activation come before each convolution.
    """

    def __init__(
        self, inputs: int, bottleneck: int, growth: int, make_norm: NormMaker, activation: str
    ) -> None:
        super().__init__()
        self.addition = nn.Sequential(
            *preactivated_convolution(inputs, bottleneck, make_norm, activation, kernel=1),
            *preactivated_convolution(bottleneck, growth, make_norm, activation),
        )

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, inputs + growth, H, W)."""
        return torch.cat([features, self.addition(features)], 1)
