"""Pre-activation residual networks for small images, with strides or max pooling.

He, Zhang, Ren and Sun (2016), "Identity mappings in deep residual networks", ECCV
(arXiv:1603.05027), figure 4(e), gives the block.
"""

from collections.abc import Sequence

from torch import Tensor, nn

from reprise.nets.checks import check_name, check_positive, check_sides
from reprise.nets.layers import activated_convolution, preactivated_convolution
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "preactivation_resnet"
DOWNSAMPLINGS = ("pool", "stride")


@models.register(
    "preactivation_resnet",
    widths={"argument": "width", "multiples": [1, 2, 4, 8]},
    halvings={"length_of": "blocks"},
)
class PreactivationResNet(nn.Module):
    """A pre-activation ResNet-18, or another with stages of basic blocks.

    A 3x3 stem with norm and activation comes first. Each stage but the first halves the sides and
    doubles the channels in its first block, whose shortcut is a 1x1 convolution with bias and a
    norm; all other convolutions are without bias. A linear layer maps the means of the last sum
    over the image to the logits, without another norm. Weights start as torch initialises them by
    default.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        blocks: number of blocks of each stage.
        width: channels of the stem and of the first stage.
        activation: a name of ``reprise.nets.activations.make_activation``.
        downsampling: what halves the sides: "pool" (max pooling behind the first convolution of a
            block, and between convolution and norm of its shortcut) or "stride" (the stride of
            these two convolutions).

    Raises:
        InputError: an unknown name, a stage without a block, or an image that is too small for
            the poolings.
    """

    def __init__(
        self,
        image_shape: ImageShape,
        classes: int,
        make_norm: NormMaker,
        *,
        blocks: Sequence[int] = (2, 2, 2, 2),
        width: int = 64,
        activation: str = "mish",
        downsampling: str = "pool",
    ) -> None:
        super().__init__()
        check_name(NAME, "downsampling", downsampling, DOWNSAMPLINGS)
        check_positive(NAME, "every number of blocks", min(blocks, default=0))
        pooled = downsampling == "pool"
        check_sides(NAME, image_shape, 2 ** (len(blocks) - 1) if pooled else 1)
        self.stem = nn.Sequential(
            *activated_convolution(image_shape[0], width, make_norm, activation)
        )
        self.blocks = nn.Sequential()
        previous = width
        for stage, count in enumerate(blocks):
            channels = width * 2**stage
            for _ in range(count):
                block = PreactivationBlock(previous, channels, make_norm, activation, pooled)
                self.blocks.append(block)
                previous = channels
        self.head = nn.Linear(previous, classes)

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, *image_shape) to logits (N, classes)."""
        return self.head(self.blocks(self.stem(images)).mean((2, 3)))


class PreactivationBlock(nn.Module):
    """A shortcut plus twice norm, activation and 3x3 convolution.

    It halves the sides of the image where ``outputs`` differs from ``inputs``.
    """

    def __init__(
        self, inputs: int, outputs: int, make_norm: NormMaker, activation: str, pooled: bool
    ) -> None:
        super().__init__()
        halves = inputs != outputs
        stride = 2 if halves and not pooled else 1
        pooling = [nn.MaxPool2d(2)] if halves and pooled else []
        self.change = nn.Sequential(
            *preactivated_convolution(inputs, outputs, make_norm, activation, stride=stride),
            *pooling,
            *preactivated_convolution(outputs, outputs, make_norm, activation),
        )
        self.shortcut = nn.Identity()
        if halves:
            projection = nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride)
            self.shortcut = nn.Sequential(projection, *pooling, make_norm(outputs))

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, outputs, H, W), or to half of these sides."""
        return self.shortcut(features) + self.change(features)
