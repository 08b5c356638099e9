"""Rectangles that hide a part of an image."""

from collections.abc import Sequence

import torch
from torch import Tensor

from reprise.data.augmentation import augmentations
from reprise.errors import InputError, choose_among

FILLS = ("zeros", "grey")
LEVELS = 256


@augmentations.register("cutout")
class Cutout:
    """Random rectangle of each image filled with one color.

    DeVries and Taylor (2017), "Improved regularization of convolutional neural networks with
    cutout", with rectangles as in Zhong et al. (2020), "Random erasing data augmentation",
    algorithm 1: area and aspect ratio are uniform, the sides are rounded down to whole pixels, and
    the place is uniform among those at which the rectangle lies in the image. Random erasing draws
    again what is longer than a side of the image; here its longer side is cut to that of the
    image, so that every image of a batch takes one draw.

    Args:
        probability: of a rectangle, 0 to 1.
        area: smallest and largest area as a share of the image's, 0 to 1.
        aspect: smallest and largest height / width.
        fill: what rectangles are filled with: "zeros", or "grey": one level for all channels,
            drawn for each image, from 0 to 255 (of images that are not uint8: from 0 to 1).

    Raises:
        InputError: a probability, area or aspect out of range, or a fill of another name.
    """

    def __init__(
        self,
        *,
        probability: float = 0.5,
        area: Sequence[float] = (0.02, 0.4),
        aspect: Sequence[float] = (0.4, 2.5),
        fill: str = "zeros",
    ) -> None:
        if not 0 <= probability <= 1:
            raise InputError(
                "augmentation 'cutout' expects a probability between 0 and 1, but it is "
                f"{probability:g}: correct it"
            )
        if len(area) != 2 or not 0 <= area[0] <= area[1] <= 1:
            raise InputError(
                "augmentation 'cutout' expects area to be a smallest and a largest share between "
                f"0 and 1, but it is {list(area)}: correct it"
            )
        if len(aspect) != 2 or not 0 < aspect[0] <= aspect[1]:
            raise InputError(
                "augmentation 'cutout' expects aspect to be a smallest and a largest positive "
                f"ratio, but it is {list(aspect)}: correct it"
            )
        if fill not in FILLS:
            raise InputError(
                f"unknown fill {fill!r} of augmentation 'cutout': {choose_among(fill, FILLS)}"
            )
        self.probability = probability
        self.area = area
        self.aspect = aspect
        self.fill = fill

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Numbers (images, 6), uniform from 0 to 1: whether there is a rectangle (where the first
        lies below the probability), and the place of area, aspect ratio, top, left and grey level
        in their ranges."""
        return torch.rand((images, 6), generator=generator, device=generator.device)

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Fills a rectangle of each image of (B, C, H, W) by its own draws (B, 6)."""
        hidden = self._rectangles(draws, *images.shape[2:])
        if self.fill == "zeros":
            return images.masked_fill(hidden, 0)
        level = draws[:, 5]
        if not images.is_floating_point():
            level = level * LEVELS
        return torch.where(hidden, level.view(-1, 1, 1, 1).to(images.dtype), images)

    def _rectangles(self, draws: Tensor, height: int, width: int) -> Tensor:
        """Whether each pixel is hidden, (B, 1, H, W)."""
        chosen, area, aspect, top, left = draws[:, :5].unbind(1)
        pixels = _between(self.area, area) * (height * width)
        ratio = _between(self.aspect, aspect)
        rows = (
            _interval((pixels * ratio).sqrt(), top, height) & (chosen < self.probability)[:, None]
        )
        columns = _interval((pixels / ratio).sqrt(), left, width)
        return (rows[:, :, None] & columns[:, None, :]).unsqueeze(1)


def _between(limits: Sequence[float], draws: Tensor) -> Tensor:
    return limits[0] + (limits[1] - limits[0]) * draws


def _interval(length: Tensor, draws: Tensor, side: int) -> Tensor:
    """Whether each of ``side`` positions lies in an interval of a length (B,), cut to the side,
    whose start is the one of all possible ones that a draw (B,) from 0 to 1 falls on."""
    length = length.floor().clamp(max=side)
    start = (draws * (side - length + 1)).floor()
    positions = torch.arange(side, device=draws.device)
    return (positions >= start[:, None]) & (positions < (start + length)[:, None])
