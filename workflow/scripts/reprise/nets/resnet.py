"""Residual networks for small images.

He, Zhang, Ren and Sun (2016), "Deep residual learning for image recognition", CVPR. Section 4.2
gives the networks of 6n + 2 layers; the network of 18 layers has the blocks of its table 1 behind
a 3x3 stem of stride 1 without pooling, as is usual for images of 32 pixels.
"""

from collections.abc import Sequence

from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError, choose_among
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker


@models.register("resnet18", widths={"argument": "width", "multiples": [1, 2, 4, 8]}, halvings=3)
def resnet18(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 64,
    blocks_per_stage: int = 2,
) -> nn.Module:
    """ResNet-18 for small images: four stages of basic blocks, projection shortcuts.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: channels of the first stage; each later stage has twice those of the one before.
        blocks_per_stage: 1 gives ten layers, 2 eighteen.
    """
    widths = [width, 2 * width, 4 * width, 8 * width]
    return ResNet(image_shape[0], classes, make_norm, widths, blocks_per_stage, "projection")


@models.register("resnet56", widths={"argument": "width", "multiples": [1, 2, 4]}, halvings=2)
def resnet56(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 16,
    blocks_per_stage: int = 9,
    shortcut: str = "pad",
) -> nn.Module:
    """ResNet-56, or another of 6n + 2 layers: three stages of n basic blocks.

    Args:
        image_shape: channels, height and width of an image.
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: channels of the first stage; each later stage has twice those of the one before.
        blocks_per_stage: n.
        shortcut: what a shortcut does where the shape changes: "pad" subsamples and appends
            channels of zeros (He et al.'s option A), "projection" is a normalised 1x1 convolution
            (option B).

    Raises:
        InputError: a shortcut of another name.
    """
    widths = [width, 2 * width, 4 * width]
    return ResNet(image_shape[0], classes, make_norm, widths, blocks_per_stage, shortcut)


class ResNet(nn.Module):
    """A 3x3 stem, stages of basic blocks, global average pooling and a linear layer.

    The weights of convolutions start normal with variance 2 / (9 * output channels) (for 1x1:
    2 / output channels), that is He normal by fan out (He et al., 2015, "Delving deep into
    rectifiers"); the linear layer starts as torch initialises it by default.
    """

    def __init__(
        self,
        input_channels: int,
        classes: int,
        make_norm: NormMaker,
        widths: Sequence[int],
        blocks_per_stage: int,
        shortcut: str,
    ) -> None:
        super().__init__()
        self.stem = _convolution(input_channels, widths[0])
        self.stem_norm = make_norm(widths[0])
        self.blocks = nn.Sequential()
        previous = widths[0]
        for stage, width in enumerate(widths):
            for block in range(blocks_per_stage):
                stride = 2 if stage > 0 and block == 0 else 1
                self.blocks.append(BasicBlock(previous, width, stride, make_norm, shortcut))
                previous = width
        self.head = nn.Linear(previous, classes)
        self._initialise()

    def _initialise(self) -> None:
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")

    def forward(self, images: Tensor) -> Tensor:
        """Maps images (N, input_channels, H, W) to logits (N, classes)."""
        features = functional.relu(self.stem_norm(self.stem(images)))
        return self.head(self.blocks(features).mean((2, 3)))


class BasicBlock(nn.Module):
    """ReLU of the sum of a shortcut and of two normalised 3x3 convolutions with a ReLU between."""

    def __init__(
        self, inputs: int, outputs: int, stride: int, make_norm: NormMaker, shortcut: str
    ) -> None:
        super().__init__()
        self.convolution1 = _convolution(inputs, outputs, stride)
        self.norm1 = make_norm(outputs)
        self.convolution2 = _convolution(outputs, outputs)
        self.norm2 = make_norm(outputs)
        self.shortcut = _shortcut(inputs, outputs, stride, make_norm, shortcut)

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, inputs, H, W) to (N, outputs, ceil(H/stride), ceil(W/stride))."""
        change = functional.relu(self.norm1(self.convolution1(features)))
        change = self.norm2(self.convolution2(change))
        return functional.relu(change + self.shortcut(features))


class PaddedSubsampling(nn.Module):
    """He et al.'s option A: every stride-th pixel, and channels of zeros behind the others."""

    def __init__(self, added_channels: int, stride: int) -> None:
        super().__init__()
        self.added_channels = added_channels
        self.stride = stride

    def forward(self, features: Tensor) -> Tensor:
        """Maps (N, C, H, W) to (N, C + added_channels, ceil(H/stride), ceil(W/stride))."""
        subsampled = features[:, :, :: self.stride, :: self.stride]
        return functional.pad(subsampled, (0, 0, 0, 0, 0, self.added_channels))


def _shortcut(
    inputs: int, outputs: int, stride: int, make_norm: NormMaker, shortcut: str
) -> nn.Module:
    if shortcut not in ("pad", "projection"):
        known = choose_among(shortcut, ("pad", "projection"))
        raise InputError(f"unknown shortcut {shortcut!r} of a residual network: {known}")
    if inputs == outputs and stride == 1:
        return nn.Identity()
    if shortcut == "pad":
        return PaddedSubsampling(outputs - inputs, stride)
    projection = nn.Conv2d(inputs, outputs, kernel_size=1, stride=stride, bias=False)
    return nn.Sequential(projection, make_norm(outputs))


def _convolution(inputs: int, outputs: int, stride: int = 1) -> nn.Conv2d:
    return nn.Conv2d(inputs, outputs, kernel_size=3, stride=stride, padding=1, bias=False)
