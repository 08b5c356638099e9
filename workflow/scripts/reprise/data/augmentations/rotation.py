"""Rotations about the centre."""

import torch
from torch import Tensor
from torch.nn import functional

from reprise.data.augmentation import augmentations
from reprise.errors import InputError


@augmentations.register("rotation")
class Rotation:
    """Random rotation about the centre, bilinear; what comes in from outside repeats the border.

    Args:
        degrees: largest angle, 0 to 180; every angle from -degrees to degrees is as likely.

    Raises:
        InputError: an angle out of range.
    """

    def __init__(self, *, degrees: float) -> None:
        if not 0 <= degrees <= 180:
            raise InputError(
                "augmentation 'rotation' expects degrees between 0 and 180, but it is "
                f"{degrees:g}: correct it"
            )
        self.degrees = degrees

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """The angle of each image in degrees, counter-clockwise, (images,)."""
        draws = torch.rand(images, generator=generator, device=generator.device)
        return self.degrees * (2 * draws - 1)

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Rotates each image of (B, C, H, W) by its own angle (B,)."""
        pixels = images if images.is_floating_point() else images.float()
        grid = functional.affine_grid(
            _rotations(draws, images.shape[2], images.shape[3]).to(pixels.dtype),
            list(images.shape),
            align_corners=False,
        )
        rotated = functional.grid_sample(
            pixels, grid, mode="bilinear", padding_mode="border", align_corners=False
        )
        return rotated if images.is_floating_point() else rotated.round_().to(images.dtype)


def _rotations(degrees: Tensor, height: int, width: int) -> Tensor:
    """Maps from places in the rotated image to places in the original, (B, 2, 3).

    Places are measured in halves of the sides from the centre, which differ by the factor
    width / height in an image that is not square.
    """
    angles = torch.deg2rad(degrees)
    cosine, sine, zero = angles.cos(), angles.sin(), torch.zeros_like(angles)
    rows = (cosine, -sine * height / width, zero), (sine * width / height, cosine, zero)
    return torch.stack([torch.stack(row, dim=1) for row in rows], dim=1)
