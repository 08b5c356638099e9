"""Wide residual networks.

Zagoruyko and Komodakis (2016), "Wide residual networks", BMVC (arXiv:1605.07146).
"""

from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.checks import check_dropout, check_positive
from reprise.nets.layers import convolution, preactivated_convolution
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "wide_resnet"
GROUPS = 3
CONVOLUTIONS_OUTSIDE = 4  # The stem and, as the paper counts, a projection in each group.


# The stem's channels are the narrowest, and what divides them divides those of every group.
@models.register("wide_resnet", widths={"argument": "width", "multiples": [1, 2, 4]}, halvings=2)
class WideResNet(nn.Module):
    """WRN-d-k: three groups of (d - 4) / 6 pre-activation blocks, k times as wide as a ResNet's.

    Table 1 of the paper, with blocks B(3, 3). The stem is a 3x3 convolution alone; the groups have
    ``width`` k, 2 ``width`` k and 4 ``width`` k channels, and the second and third start with
    stride 2. Where a block changes the channels or the sides, norm and ReLU come before both of
    its paths and its shortcut is a 1x1 convolution. Norm, ReLU and the mean over the image come
    before the linear layer. No convolution has a bias; weights start as torch initialises them by
    default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        depth: d, 6n + 4 for n blocks in each group.
        widening: k.
        dropout: probability of dropout between the two convolutions of a block.
        width: channels of the stem.

    Raises:
        InputError: a depth of another form, or a number out of its range.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        depth: int = 16,
        widening: int = 4,
        dropout: float = 0.0,
        width: int = 16,
    ) -> None:
        super().__init__()
        blocks, remainder = divmod(depth - CONVOLUTIONS_OUTSIDE, 2 * GROUPS)
        if remainder or blocks < 1:
            raise InputError(
                f"model {NAME!r} expects a depth of 10, 16, 22 or more in steps of 6, but it is "
                f"{depth}: choose one of them"
            )
        check_positive(NAME, "widening", widening)
        check_dropout(NAME, dropout)
        self.stem = convolution(image_shape[0], width)
        self.blocks = nn.Sequential()
        previous = width
        for group in range(GROUPS):
            channels = width * widening * 2**group
            for block in range(blocks):
                stride = 2 if group > 0 and block == 0 else 1
                self.blocks.append(WideBlock(previous, channels, stride, make_norm, dropout))
                previous = channels
        self.norm = make_norm(previous)
        self.head = nn.Linear(previous, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        features = self.norm(self.blocks(self.stem(images)))
        return self.head(functional.relu(features).mean((2, 3)))


class WideBlock(nn.Module):
    """A shortcut plus twice norm, ReLU and 3x3 convolution, with dropout before the second."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, make_norm: NormMaker, dropout: float
    ) -> None:
        super().__init__()
        first = preactivated_convolution(inputs, outputs, make_norm, "relu", stride=stride)
        *second, last = preactivated_convolution(outputs, outputs, make_norm, "relu")
        self.preactivation = nn.Sequential(*first[:-1])
        self.change = nn.Sequential(first[-1], *second, nn.Dropout(dropout), last)
        self.projection = None
        if inputs != outputs or stride != 1:
            self.projection = convolution(inputs, outputs, kernel=1, stride=stride)

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, outputs, ceil(H / stride), ceil(W / stride))."""
        activated = self.preactivation(features)
        shortcut = features if self.projection is None else self.projection(activated)
        return shortcut + self.change(activated)
