"""Crops of random size and shape, scaled to one size."""

from collections.abc import Sequence
from math import log

import torch
from torch import Tensor

from reprise.data.augmentation import augmentations
from reprise.errors import InputError

TRIES = 10
"""Boxes that are drawn until one fits into the image; then it is the whole image."""
STEPS = 2**10
"""A weight of a pixel is a multiple of one over this. Products of weights and pixels, and their
sums, are then whole numbers that float32 and tfloat32 hold exactly: an image comes out the same in
whatever order they are summed, in either number format and whichever others are with it."""


@augmentations.register("random_resized_crop", whole=True, units={"pixels": "pixels"})
class RandomResizedCrop:
    """Random box of the image, scaled to the size that the network sees (bilinear).

    It takes images with the margin that they are stored with. The area of a box is a uniform share
    of the image's, and its logarithm of width / height is uniform; a box that does not fit is drawn
    anew. So Szegedy et al. (2015, "Going deeper with convolutions", section 6) crop, and
    torchvision's ``RandomResizedCrop``, whose numbers are the defaults and whose filter (bilinear
    with antialiasing) this is.

    Args:
        area: smallest and largest area as a share of the image's, above 0 and up to 1.
        aspect: smallest and largest width / height.
        pixels: side of what comes out; None: that of the images which the network sees.

    Raises:
        InputError: an area, aspect or side out of range.
    """

    def __init__(
        self,
        *,
        area: Sequence[float] = (0.08, 1.0),
        aspect: Sequence[float] = (0.75, 1.3333333333333333),
        pixels: int | None = None,
    ) -> None:
        if len(area) != 2 or not 0 < area[0] <= area[1] <= 1:
            raise InputError(
                "augmentation 'random_resized_crop' expects area to be a smallest and a largest "
                f"share above 0 and up to 1, but it is {list(area)}: correct it"
            )
        if len(aspect) != 2 or not 0 < aspect[0] <= aspect[1]:
            raise InputError(
                "augmentation 'random_resized_crop' expects aspect to be a smallest and a largest "
                f"positive ratio, but it is {list(aspect)}: correct it"
            )
        if pixels is not None and pixels < 1:
            raise InputError(
                "augmentation 'random_resized_crop' expects pixels of 1 or more, but it is "
                f"{pixels}: correct it or leave it out"
            )
        self.area = area
        self.aspect = aspect
        self.pixels = pixels

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Height and width of each box as shares of a square image's side, and where among the
        places that it may have it begins, from 0 to 1, vertically and horizontally; (images, 4)."""
        device = generator.device
        sides = torch.ones((images, 2), device=device)
        left = torch.arange(images, device=device)
        for _ in range(TRIES):
            draws = torch.rand((len(left), 2), generator=generator, device=device)
            found = self._sides(draws)
            fits = (found <= 1).all(1)
            sides[left[fits]] = found[fits]
            left = left[~fits]
        places = torch.rand((images, 2), generator=generator, device=device)
        return torch.cat([sides, places], dim=1)

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Crops each image of (B, C, H, W) at its own box (B, 4) and scales it: (B, C, P, P)."""
        height, width = images.shape[2:]
        tops, heights = _placed(draws[:, 0], draws[:, 2], height)
        lefts, widths = _placed(draws[:, 1], draws[:, 3], width)
        return scaled_boxes(
            images, tops, heights, lefts, widths,
            (self.pixels or height, self.pixels or width),
        )  # fmt: skip

    def _sides(self, draws: Tensor) -> Tensor:
        """Height and width (B, 2) of boxes of uniform area and logarithm of the aspect ratio, by
        draws (B, 2) from 0 to 1."""
        area = self.area[0] + (self.area[1] - self.area[0]) * draws[:, 0]
        lowest, highest = map(log, self.aspect)
        ratio = (lowest + (highest - lowest) * draws[:, 1]).exp()
        return torch.stack([(area / ratio).sqrt(), (area * ratio).sqrt()], dim=1)


def scaled_boxes(
    images: Tensor, tops: Tensor, heights: Tensor, lefts: Tensor, widths: Tensor,
    size: tuple[int, int],
) -> Tensor:  # fmt: skip
    """A box of each image, scaled to one size by the bilinear filter with antialiasing.

    As in Pillow and torchvision, rows are scaled first, rounded, and then columns.

    Args:
        images: (B, C, H, W) uint8, or float from 0 to 1.
        tops, heights, lefts, widths: of the boxes in whole pixels, (B,).
        size: height and width of what comes out.
    """
    _, channels, height, width = images.shape
    across = _weights(lefts, widths, width, size[1])
    down = _weights(tops, heights, height, size[0])
    rows = _rounded(images.float().flatten(1, 2) @ across.mT, images.dtype)
    columns = down.unsqueeze(1) @ rows.unflatten(1, (channels, height))
    return _rounded(columns, images.dtype).to(images.dtype)


def _rounded(pixels: Tensor, dtype: torch.dtype) -> Tensor:
    # Halves upwards, as Pillow does.
    return pixels if dtype.is_floating_point else pixels.add_(0.5).floor_()


def _weights(starts: Tensor, lengths: Tensor, side: int, count: int) -> Tensor:
    """What each pixel of a side counts for each of ``count`` pixels that come out, (B, count,
    side); each pixel's weights sum to 1.

    The weight of a pixel falls linearly to 0 over one pixel of the coarser of both grids.
    """
    positions = torch.arange(side, device=starts.device)
    scale = (lengths / count).view(-1, 1, 1)
    out = torch.arange(count, device=starts.device).view(1, -1, 1)
    centres = starts.view(-1, 1, 1) + (out + 0.5) * scale
    weights = (1 - (positions + 0.5 - centres).abs() / scale.clamp(min=1)).clamp_(min=0)
    inside = (positions >= starts[:, None]) & (positions < (starts + lengths)[:, None])
    weights *= inside.unsqueeze(1)
    exact = weights / weights.sum(2, keepdim=True)
    steps = (exact * STEPS).round_()
    # What rounding has lost or added goes to the largest, where it is the smallest part.
    rest = STEPS - steps.sum(2, keepdim=True)
    steps.scatter_add_(2, exact.argmax(2, keepdim=True), rest)
    return steps / STEPS


def _placed(shares: Tensor, places: Tensor, side: int) -> tuple[Tensor, Tensor]:
    """Start and length (B,) in whole pixels of a part of a side."""
    lengths = (shares * side).round().clamp(1, side)
    return (places * (side - lengths + 1)).floor(), lengths
