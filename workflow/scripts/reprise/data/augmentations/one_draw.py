"""One draw of an augmentation for a whole batch."""

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor

from reprise.data.augmentation import Augmentation, augmentations
from reprise.studies.choice import Choice


@augmentations.register("one_draw_a_batch", choices={"augmentation": "augmentation"})
class OneDrawABatch:
    """Another augmentation, with the draw of the first image for every image of a batch.

    It is what a random transform of single images does when it is handed a whole batch.

    Args:
        augmentation: the other one, by its name or as a mapping of its name and arguments.

    Raises:
        InputError: an unknown name, or what the other one says of its arguments.
    """

    def __init__(self, *, augmentation: Mapping[str, Any] | str) -> None:
        choice = Choice.of(augmentation, "augmentation one_draw_a_batch")
        self.augmentation = Augmentation([(choice.name, choice.arguments)])

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """The other one's draws, a row for each image, of which the first of a batch counts."""
        (draws,) = self.augmentation.draw(images, generator)
        return draws

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Augments every image of (B, C, H, W) by the first row of the draws (B, ...)."""
        return self.augmentation.apply(images, [draws[:1].expand_as(draws)])


# What the loop asks, since others can be applied to any number of images at once. It stands outside
# of the class, whose code is behind runs that are kept and that this does not change.
OneDrawABatch.depends_on_batch = True
