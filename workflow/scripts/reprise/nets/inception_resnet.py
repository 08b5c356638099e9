"""Inception-ResNet-v2.

Szegedy, Ioffe, Vanhoucke and Alemi (2017), "Inception-v4, Inception-ResNet and the impact of
residual connections on learning", AAAI, figures 3 and 15 to 19 with the channels of their code
(tensorflow/models, research/slim), which has other ones in places and which public weights have.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from reprise.nets.checks import check_dropout, check_positive, check_sides, check_stages
from reprise.nets.models import ImageShape, models
from reprise.nets.norms import NormMaker

NAME = "inception_resnet_v2"
SMALLEST_SIDE = 75
PUBLISHED_WIDTH = 16
STAGES = 3


@dataclass(frozen=True)
class Step:
    """A convolution with the norm and ReLU. It keeps the sides of an image (by padding) unless it
    halves them or ``trims`` the border (without padding)."""

    channels: int
    kernel: int | tuple[int, int] = 1
    halves: bool = False
    trims: bool = False

    @property
    def options(self) -> dict[str, int | tuple[int, int]]:
        """Kernel, stride and padding of the convolution."""
        sides = self.kernel if isinstance(self.kernel, tuple) else (self.kernel, self.kernel)
        unpadded = self.halves or self.trims
        padding = (0, 0) if unpadded else (sides[0] // 2, sides[1] // 2)
        return {"kernel_size": sides, "stride": 2 if self.halves else 1, "padding": padding}


Branches = Sequence[Sequence[Step]]

BEFORE_THE_FIRST_POOL = (Step(32, 3, halves=True), Step(32, 3, trims=True), Step(64, 3))
BEFORE_THE_SECOND_POOL = (Step(80), Step(192, 3, trims=True))
MIXED = ((Step(96),), (Step(48), Step(64, 5)), (Step(64), Step(96, 3), Step(96, 3)))
AFTER_THE_AVERAGE = (Step(64),)
FIRST_REDUCTION = (
    (Step(384, 3, halves=True),),
    (Step(256), Step(256, 3), Step(384, 3, halves=True)),
)
SECOND_REDUCTION = (
    (Step(256), Step(384, 3, halves=True)),
    (Step(256), Step(288, 3, halves=True)),
    (Step(256), Step(288, 3), Step(320, 3, halves=True)),
)
LAST = (Step(1536),)
RESIDUAL = (
    (0.17, ((Step(32),), (Step(32), Step(32, 3)), (Step(32), Step(48, 3), Step(64, 3)))),
    (0.1, ((Step(192),), (Step(128), Step(160, (1, 7)), Step(192, (7, 1))))),
    (0.2, ((Step(192),), (Step(192), Step(224, (1, 3)), Step(256, (3, 1))))),
)
"""How far each stage's branches are scaled down, and these."""


# Its convolutions without padding halve the sides only nearly.
@models.register(
    "inception_resnet_v2",
    widths={
        "argument": "width",
        "multiples": [2, 3, 4, 5, 6, 8, 10, 12, 14, 16, 18, 20, 24, 96],
    },
    halvings=5,
)
def inception_resnet_v2(
    image_shape: ImageShape,
    classes: int,
    make_norm: NormMaker,
    *,
    width: int = 16,
    blocks: Sequence[int] = (10, 20, 10),
    dropout: float = 0.2,
) -> nn.Module:
    """Inception-ResNet-v2, without the auxiliary classifier.

    Every convolution is without bias and followed by the norm and ReLU, but for the last one of a
    residual branch, which has a bias and neither. Branches are scaled down by 0.17, 0.1 and 0.2
    before they are added; that of the last block is not, and no ReLU follows it. Weights start as
    torch initialises them by default.

    Args:
        image_shape: channels, height and width of an image; sides of 75 pixels or more (published:
            299).
        classes: number of logits.
        make_norm: makes a normalising layer for a number of channels.
        width: what divides the channels of all layers; the stem has twice as many, the last
            features have 96 times as many.
        blocks: residual blocks of each of the three stages.
        dropout: probability of dropout before the linear layer.

    Raises:
        InputError: an image or a number that is too small, or blocks of another form.
    """
    check_sides(NAME, image_shape, SMALLEST_SIDE)
    check_positive(NAME, "width", width)
    check_dropout(NAME, dropout)
    check_stages(NAME, "blocks", blocks, STAGES)

    layers = _Layers(width, make_norm)
    network = [
        layers.chain(image_shape[0], BEFORE_THE_FIRST_POOL, unscaled=True),
        nn.MaxPool2d(3, stride=2),
        layers.chain(64, BEFORE_THE_SECOND_POOL),
        nn.MaxPool2d(3, stride=2),
        layers.mixed(192),
        *layers.residual(320, blocks[0], *RESIDUAL[0]),
        layers.reduction(320, FIRST_REDUCTION),
        *layers.residual(1088, blocks[1], *RESIDUAL[1]),
        layers.reduction(1088, SECOND_REDUCTION),
        *layers.residual(2080, blocks[2] - 1, *RESIDUAL[2]),
        *layers.residual(2080, 1, 1.0, RESIDUAL[2][1], activated=False),
        layers.chain(2080, LAST),
        nn.AdaptiveAvgPool2d(1),
        nn.Flatten(),
        nn.Dropout(dropout),
        nn.Linear(layers.scaled(1536), classes),
    ]
    return nn.Sequential(*network)


class _Layers:
    """Makes the parts of a network of some width, whose channels are given as published."""

    def __init__(self, width: int, make_norm: NormMaker) -> None:
        self.width = width
        self.make_norm = make_norm

    def scaled(self, channels: int) -> int:
        """The channels of this network."""
        return channels // PUBLISHED_WIDTH * self.width

    def chain(self, inputs: int, steps: Sequence[Step], *, unscaled: bool = False) -> nn.Sequential:
        """Steps one after the other; ``unscaled``: the inputs are the channels of an image."""
        inputs = inputs if unscaled else self.scaled(inputs)
        layers = []
        for step in steps:
            outputs = self.scaled(step.channels)
            convolution = nn.Conv2d(inputs, outputs, bias=False, **step.options)
            layers += [convolution, self.make_norm(outputs), nn.ReLU()]
            inputs = outputs
        return nn.Sequential(*layers)

    def chains(self, inputs: int, branches: Branches) -> list[nn.Module]:
        """Each branch of the same inputs."""
        return [self.chain(inputs, branch) for branch in branches]

    def mixed(self, inputs: int) -> nn.Module:
        """The block before the residual ones."""
        average = nn.AvgPool2d(3, stride=1, padding=1, count_include_pad=False)
        pooled = nn.Sequential(average, self.chain(inputs, AFTER_THE_AVERAGE))
        return _Parallel([*self.chains(inputs, MIXED), pooled])

    def reduction(self, inputs: int, branches: Branches) -> nn.Module:
        """Halves the sides of an image."""
        return _Parallel([*self.chains(inputs, branches), nn.MaxPool2d(3, stride=2)])

    def residual(
        self,
        channels: int,
        count: int,
        scale: float,
        branches: Branches,
        *,
        activated: bool = True,
    ) -> list[nn.Module]:
        """Residual blocks one after the other, each with ReLU behind it or not."""
        joined = sum(branch[-1].channels for branch in branches)
        return [
            _Residual(
                _Parallel(self.chains(channels, branches)),
                nn.Conv2d(self.scaled(joined), self.scaled(channels), 1),
                scale,
                nn.ReLU() if activated else nn.Identity(),
            )
            for _ in range(count)
        ]


class _Parallel(nn.Module):
    """The outputs of branches that take the same input, one behind the other along channels."""

    def __init__(self, branches: Sequence[nn.Module]) -> None:
        super().__init__()
        self.branches = nn.ModuleList(branches)

    def forward(self, images: Tensor) -> Tensor:
        return torch.cat([branch(images) for branch in self.branches], 1)


class _Residual(nn.Module):
    """Adds to its input what branches make of it, brought to its channels and scaled."""

    def __init__(
        self, branches: nn.Module, projection: nn.Module, scale: float, activation: nn.Module
    ) -> None:
        super().__init__()
        self.branches = branches
        self.projection = projection
        self.scale = scale
        self.activation = activation

    def forward(self, images: Tensor) -> Tensor:
        added = self.projection(self.branches(images))
        return self.activation(torch.add(images, added, alpha=self.scale))
