"""Random changes of brightness, contrast, saturation and hue."""

import torch
from torch import Tensor

from reprise.data.augmentation import augmentations
from reprise.errors import InputError

# ITU-R BT.601, rounded as in Pillow and torchvision.
LUMA = (0.2989, 0.587, 0.114)
LARGEST_HUE = 0.5
# Stretches 0 to 1 over the 256 levels of uint8 so that cutting decimals off is even.
LEVELS = 255.999


@augmentations.register("color_jitter")
class ColorJitter:
    """Random brightness, contrast, saturation and hue, in this order.

    Each is that of torchvision.transforms.ColorJitter, which draws an order for each image too.
    Numbers are uniform in [max(0, 1 - x), 1 + x] for the factors of the first three and in [-x, x]
    for the hue, in parts of the color circle. Grey images keep saturation and hue.

    Args:
        brightness: x of the factor by which pixels are multiplied, 0 or more.
        contrast: x of the factor of each pixel's distance from the image's mean luma.
        saturation: x of the factor of each pixel's distance from its own luma.
        hue: x of the shift of hue, 0 to 0.5.

    Raises:
        InputError: a number out of range.
    """

    def __init__(
        self,
        *,
        brightness: float = 0.0,
        contrast: float = 0.0,
        saturation: float = 0.0,
        hue: float = 0.0,
    ) -> None:
        self.strengths = (brightness, contrast, saturation)
        self.hue = hue
        for name, strength in zip(
            ("brightness", "contrast", "saturation"), self.strengths, strict=False
        ):
            if strength < 0:
                raise InputError(
                    f"augmentation 'color_jitter' expects a {name} of 0 or more, but it is "
                    f"{strength:g}: correct it"
                )
        if not 0 <= hue <= LARGEST_HUE:
            raise InputError(
                "augmentation 'color_jitter' expects a hue between 0 and 0.5, but it is "
                f"{hue:g}: correct it"
            )

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Factors of brightness, contrast and saturation, and the shift of hue, (images, 4)."""
        draws = torch.rand((images, 4), generator=generator, device=generator.device)
        lowest = [max(0.0, 1 - strength) for strength in self.strengths] + [-self.hue]
        highest = [1 + strength for strength in self.strengths] + [self.hue]
        first, last = torch.tensor([lowest, highest], device=generator.device)
        return first + (last - first) * draws

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Changes each image of (B, C, H, W), uint8 or from 0 to 1, by its own draws (B, 4)."""
        brightness, contrast, saturation, hue = draws[:, :, None, None, None].unbind(1)
        colored = images.shape[1] == 3
        if self.strengths[0]:
            images = _blend(images, torch.zeros_like(images), brightness)
        if self.strengths[1]:
            luma = _floating(_luma(images)).mean((1, 2, 3), keepdim=True)
            images = _blend(images, luma, contrast)
        if self.strengths[2] and colored:
            images = _blend(images, _luma(images), saturation)
        if self.hue and colored:
            images = _shift_hue(images, hue)
        return images


def _floating(images: Tensor) -> Tensor:
    return images if images.is_floating_point() else images.float()


def _luma(images: Tensor) -> Tensor:
    """The grey images (B, 1, H, W), of the same type."""
    if images.shape[1] == 1:
        return images
    red, green, blue = images.split(1, dim=1)
    return (LUMA[0] * red + LUMA[1] * green + LUMA[2] * blue).to(images.dtype)


def _blend(images: Tensor, others: Tensor, factors: Tensor) -> Tensor:
    """others + factors * (images - others), within the range of the images' type."""
    factors = factors.to(_floating(images).dtype)
    blended = factors * images + (1 - factors) * others
    largest = 1 if images.is_floating_point() else 255
    return blended.clamp_(0, largest).to(images.dtype)


def _shift_hue(images: Tensor, shifts: Tensor) -> Tensor:
    """Shifts hues (in parts of the circle) in the HSV hexcone (Smith, 1978, "Color gamut transform
    pairs")."""
    pixels = images if images.is_floating_point() else images / 255
    sixths = _hue(pixels) + 6 * shifts.to(pixels.dtype)
    value = pixels.amax(1, keepdim=True)
    chroma = value - pixels.amin(1, keepdim=True)
    # Along the circle a channel falls from the value by the chroma and rises again.
    offsets = torch.tensor((5.0, 3.0, 1.0), device=pixels.device, dtype=pixels.dtype)
    position = (sixths + offsets.view(1, 3, 1, 1)) % 6
    fall = torch.minimum(position, 4 - position).clamp_(0, 1)
    shifted = value - chroma * fall
    return shifted if images.is_floating_point() else (shifted * LEVELS).to(images.dtype)


def _hue(pixels: Tensor) -> Tensor:
    """The hue in sixths of the circle, (B, 1, H, W), 0 where a pixel is grey."""
    red, green, blue = pixels.split(1, dim=1)
    value = pixels.amax(1, keepdim=True)
    chroma = value - pixels.amin(1, keepdim=True)
    divisor = torch.where(chroma == 0, torch.ones_like(chroma), chroma)
    return torch.where(
        value == red,
        (green - blue) / divisor,
        torch.where(value == green, 2 + (blue - red) / divisor, 4 + (red - green) / divisor),
    )
