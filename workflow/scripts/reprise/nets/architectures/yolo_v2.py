"""YOLOv2.

Redmon and Farhadi (2017), "YOLO9000: Better, faster, stronger", CVPR, table 6 and section
"Training for detection"; the width of the passthrough is that of the authors' code
(pjreddie/darknet, cfg/yolov2.cfg).
"""

from functools import partial

import torch
from torch import Tensor, nn
from torchvision.ops import Conv2dNormActivation

from reprise.nets.architecture import Architecture, architectures

# Channels and kernel of each convolution of Darknet-19, by the stages between its poolings.
STAGES = (
    ((32, 3),),
    ((64, 3),),
    ((128, 3), (64, 1), (128, 3)),
    ((256, 3), (128, 1), (256, 3)),
    ((512, 3), (256, 1), (512, 3), (256, 1), (512, 3)),
    ((1024, 3), (512, 1), (1024, 3), (512, 1), (1024, 3)),
)
WIDTH = 1024
COORDINATES_AND_OBJECTNESS = 5

convolution = partial(Conv2dNormActivation, activation_layer=partial(nn.LeakyReLU, 0.1))


@architectures.register("yolo_v2")
def yolo_v2(
    *,
    image_size: int = 416,
    classes: int = 80,
    boxes: int = 5,
    passthrough_channels: int | None = 64,
) -> Architecture:
    """YOLOv2, Darknet-19 with the layers that were added for detection.

    Args:
        image_size: side of an image, a multiple of 32.
        classes: kinds of objects.
        boxes: predicted at each place.
        passthrough_channels: to which the finer map is reduced before it joins the coarser one;
            None takes it as it is, as the paper has it.
    """
    return Architecture(
        YoloV2(boxes * (COORDINATES_AND_OBJECTNESS + classes), passthrough_channels),
        (3, image_size, image_size),
    )


class YoloV2(nn.Module):
    """Darknet-19 and a head on its last map, joined by that before its last pooling."""

    def __init__(self, outputs: int, passthrough_channels: int | None) -> None:
        super().__init__()
        layers: list[nn.Module] = []
        inputs = 3
        for stage in STAGES[:-1]:
            layers += [*_convolutions(inputs, stage), nn.MaxPool2d(2)]
            inputs = stage[-1][0]
        self.fine = nn.Sequential(*layers[:-1])
        added = ((WIDTH, 3), (WIDTH, 3))
        self.coarse = nn.Sequential(layers[-1], *_convolutions(inputs, (*STAGES[-1], *added)))
        reduced = passthrough_channels or inputs
        reduce = convolution(inputs, reduced, 1) if passthrough_channels else nn.Identity()
        self.passthrough = nn.Sequential(reduce, nn.PixelUnshuffle(2))
        self.head = nn.Sequential(
            convolution(4 * reduced + WIDTH, WIDTH, 3), nn.Conv2d(WIDTH, outputs, kernel_size=1)
        )

    def forward(self, images: Tensor) -> Tensor:
        """(N, 3, side, side) to predictions (N, outputs, side / 32, side / 32)."""
        fine = self.fine(images)
        return self.head(torch.cat([self.passthrough(fine), self.coarse(fine)], dim=1))


def _convolutions(inputs: int, stage: tuple[tuple[int, int], ...]) -> list[nn.Module]:
    channels = [inputs, *(outputs for outputs, _ in stage)]
    return [
        convolution(before, outputs, kernel)
        for before, (outputs, kernel) in zip(channels, stage, strict=False)
    ]
