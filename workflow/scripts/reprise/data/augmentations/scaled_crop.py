"""Images at a random scale, and a window of their own size."""

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn import functional

from reprise.data.augmentation import augmentations
from reprise.errors import InputError

# How many steps there are is a whole number on paper.
TOLERANCE = 1e-9


@augmentations.register("scaled_crop")
class ScaledCrop:
    """The image at a random scale (bilinear), and a random window of it that is as large as it was.

    A smaller image stays at the top left, and what comes in right of it and below repeats its
    border. So DeepLab trains, with these numbers (Chen and others, 2017, "Rethinking atrous
    convolution for semantic image segmentation", section 4.1; tensorflow/models,
    research/deeplab), but that it fills up with the mean color.

    Args:
        scales: the smallest and the largest, above 0.
        step: from one scale to the next; all are as likely.

    Raises:
        InputError: scales or a step out of range.
    """

    def __init__(self, *, scales: Sequence[float] = (0.5, 2.0), step: float = 0.25) -> None:
        if len(scales) != 2 or not 0 < scales[0] <= scales[1] or step <= 0:
            raise InputError(
                "augmentation 'scaled_crop' expects scales to be a smallest and a largest number "
                f"above 0 and a step above 0, but they are {list(scales)} and {step:g}: correct "
                "them"
            )
        self.smallest, self.step = scales[0], step
        self.count = 1 + int((scales[1] - scales[0]) / step + TOLERANCE)

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """The scale of each image, and where among the places that it may have the window lies,
        from 0 to 1, vertically and horizontally; (images, 3)."""
        draws = torch.rand((images, 3), generator=generator, device=generator.device)
        draws[:, 0] = self.smallest + self.step * (draws[:, 0] * self.count).floor()
        return draws

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Scales and crops each image of (B, C, H, W) by its own draws (B, 3)."""
        pixels = images if images.is_floating_point() else images.float()
        grid = functional.affine_grid(
            _windows(draws, images.shape[2], images.shape[3]).to(pixels.dtype),
            list(images.shape),
            align_corners=False,
        )
        scaled = functional.grid_sample(
            pixels, grid, mode="bilinear", padding_mode="border", align_corners=False
        )
        return scaled if images.is_floating_point() else scaled.round_().to(images.dtype)

    def apply_to_masks(self, masks: Tensor, draws: Tensor) -> Tensor:
        """As ``apply``, with the nearest pixel in place of a mixture of four."""
        rows = _sources(draws[:, 0], draws[:, 1], masks.shape[2])
        columns = _sources(draws[:, 0], draws[:, 2], masks.shape[3])
        own = torch.arange(len(masks), device=masks.device).view(-1, 1, 1)
        found = masks.movedim(1, 3)[own, rows.unsqueeze(2), columns.unsqueeze(1)]
        return found.movedim(3, 1)


def _starts(scales: Tensor, places: Tensor, side: int) -> Tensor:
    """First pixel (B,) of each window along a side of the scaled image."""
    return (places * (scales * side - side + 1)).floor().clamp(min=0)


def _sources(scales: Tensor, places: Tensor, side: int) -> Tensor:
    """The pixel along a side (B, side) of the image in which each pixel of the window lies."""
    pixels = torch.arange(side, device=scales.device) + 0.5
    positions = (_starts(scales, places, side).unsqueeze(1) + pixels) / scales.unsqueeze(1)
    return positions.floor().long().clamp(0, side - 1)


def _windows(draws: Tensor, height: int, width: int) -> Tensor:
    """Maps from places in the window to places in the image, (B, 2, 3), both measured in halves of
    the sides from the centre."""
    scales, down, across = draws.unbind(1)
    zero = torch.zeros_like(scales)
    shifts = [
        1 / scales - 1 + 2 * _starts(scales, places, side) / (scales * side)
        for places, side in ((across, width), (down, height))
    ]
    rows = (1 / scales, zero, shifts[0]), (zero, 1 / scales, shifts[1])
    return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
