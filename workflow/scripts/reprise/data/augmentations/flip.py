"""Reflections."""

import torch
from torch import Tensor

from reprise.data.augmentation import augmentations
from reprise.errors import InputError


@augmentations.register("flip")
class Flip:
    """Random horizontal flip.

    Args:
        probability: of a flip, 0 to 1.

    Raises:
        InputError: a probability out of range.
    """

    def __init__(self, *, probability: float = 0.5) -> None:
        if not 0 <= probability <= 1:
            raise InputError(
                "augmentation 'flip' expects a probability between 0 and 1, but it is "
                f"{probability:g}: correct it"
            )
        self.probability = probability

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Whether each image is flipped, (images,)."""
        draws = torch.rand(images, generator=generator, device=generator.device)
        return draws < self.probability

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Mirrors the columns of the images of (B, C, H, W) whose draw (B,) is true."""
        return torch.where(draws.view(-1, 1, 1, 1), images.flip(3), images)
