"""ShuffleNet.

Zhang, Zhou, Lin and Sun (2018), "ShuffleNet: An extremely efficient convolutional neural network
for mobile devices", CVPR, table 1 and figure 2.
"""

import torch
from torch import Tensor, nn
from torchvision.ops import Conv2dNormActivation

from reprise.nets.architecture import Architecture, architectures

REPEATS = (4, 8, 4)
BOTTLENECK = 4


@architectures.register("shufflenet")
def shufflenet(
    *,
    width: int = 240,
    stem_channels: int = 24,
    groups: int = 3,
    image_size: int = 224,
    classes: int = 1000,
) -> Architecture:
    """ShuffleNet (the first version), a classifier.

    Args:
        width: channels of the first of three stages; each further stage has twice as many.
        stem_channels: of the first convolution.
        groups: of the pointwise convolutions.
        image_size: side of an image.
        classes: number of logits.

    Raises:
        ValueError: the groups do not divide a quarter of the width.
    """
    channels = stem_channels
    layers: list[nn.Module] = [
        Conv2dNormActivation(3, channels, 3, stride=2),
        nn.MaxPool2d(3, stride=2, padding=1),
    ]
    for stage, repeats in enumerate(REPEATS):
        outputs = width * 2**stage
        for unit in range(repeats):
            # The first layer has too few channels to be grouped.
            first_groups = 1 if stage == unit == 0 else groups
            layers.append(ShuffleUnit(channels, outputs, groups, first_groups, unit == 0))
            channels = outputs
    head = [nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(channels, classes)]
    return Architecture(nn.Sequential(*layers, *head), (3, image_size, image_size))


class ShuffleUnit(nn.Module):
    """A pointwise group convolution, a channel shuffle, a depthwise and a pointwise convolution,
    added to the input; at a halving, concatenated with the pooled input."""

    def __init__(
        self, inputs: int, outputs: int, groups: int, first_groups: int, halves: bool
    ) -> None:
        super().__init__()
        middle, stride = outputs // BOTTLENECK, 2 if halves else 1
        linear = {"activation_layer": None}
        self.branch = nn.Sequential(
            Conv2dNormActivation(inputs, middle, 1, groups=first_groups),
            nn.ChannelShuffle(first_groups) if first_groups > 1 else nn.Identity(),
            Conv2dNormActivation(middle, middle, 3, stride=stride, groups=middle, **linear),
            Conv2dNormActivation(
                middle, outputs - inputs if halves else outputs, 1, groups=groups, **linear
            ),
        )
        self.shortcut = nn.AvgPool2d(3, stride=2, padding=1) if halves else None

    def forward(self, features: Tensor) -> Tensor:
        """(N, inputs, height, width) to (N, outputs, ...), halved where the unit halves."""
        if self.shortcut is None:
            return torch.relu(features + self.branch(features))
        return torch.relu(torch.cat([self.shortcut(features), self.branch(features)], dim=1))
