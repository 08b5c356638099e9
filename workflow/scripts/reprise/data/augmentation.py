"""The registry of augmentations, and a chain of them: by batch, on the device.

An entry is a class made as ``entry(**arguments)`` with two methods: ``draw(images, generator)``
gives the random parameters of that many images, a row for each image in image order, so that an
image's draw does not depend on the batch that it falls into; ``apply(images, draws)`` maps a batch
(B, C, H, W), uint8 or float, to one of the same shape and type without waiting for the device.
``units`` tells the planner which arguments are measured in pixels.
"""

from collections.abc import Iterable, Mapping
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

from reprise.errors import InputError
from reprise.registry import Registry

augmentations = Registry("augmentation")


class Augmentation:
    """Augmentations one after the other.

    Args:
        entries: pairs of an augmentation's name and its arguments, in the order of application.

    Raises:
        InputError: an unknown name, or an argument out of range.
    """

    def __init__(self, entries: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        self.entries = [augmentations[name](**arguments) for name, arguments in entries]

    def draw(self, images: int, generator: torch.Generator) -> tuple[Tensor, ...]:
        """A tensor for each entry, with a row for each of ``images``, on the generator's device.

        The rows of a batch are ``tuple(draw[indices] for draw in draws)``.
        """
        return tuple(entry.draw(images, generator) for entry in self.entries)

    def apply(self, images: Tensor, draws: Iterable[Tensor]) -> Tensor:
        """Augments (B, C, H, W) by the rows of these B images, which are on the same device."""
        for entry, draw in zip(self.entries, draws, strict=True):
            images = entry.apply(images, draw)
        return images


@augmentations.register("crop", units={"padding": "pixels"})
class Crop:
    """Random crop of the image's own size after padding with zeros on all four sides.

    On uint8 images before normalisation the padding is black, as it is for decoded images in the
    usual recipe (He et al., 2016, "Deep residual learning for image recognition", section 4.2).

    Args:
        padding: pixels added to each side; every offset from 0 to 2 * padding is as likely.

    Raises:
        InputError: a negative padding.
    """

    def __init__(self, *, padding: int) -> None:
        if padding < 0:
            raise InputError(
                f"augmentation 'crop' expects padding of 0 pixels or more, but it is {padding}: "
                "correct it or leave the crop out"
            )
        self.padding = padding

    def draw(self, images: int, generator: torch.Generator) -> Tensor:
        """Rows and columns (images, 2) at which the crops start in the padded images."""
        return torch.randint(
            2 * self.padding + 1, (images, 2), generator=generator, device=generator.device
        )

    def apply(self, images: Tensor, draws: Tensor) -> Tensor:
        """Crops each image of (B, C, H, W) at its own offsets (B, 2)."""
        padded = functional.pad(images, (self.padding,) * 4)
        return _windows(padded, images.shape, draws)


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


def _windows(padded: Tensor, shape: torch.Size, offsets: Tensor) -> Tensor:
    """The windows of ``shape`` (B, C, H, W) that start at ``offsets`` (B, 2) of each image.

    A window is found by where it starts in memory. All windows that fit, whichever image they
    start in, are one overlapping view, from which ``index_select`` copies B; this is several
    times as fast as a gather, which looks up every pixel.
    """
    image, channel, row, column = padded.stride()
    sizes = shape[1:]
    extent = sum(
        (size - 1) * stride for size, stride in zip(sizes, (channel, row, column), strict=True)
    )
    starts = torch.arange(shape[0], device=padded.device) * image
    starts += offsets[:, 0] * row + offsets[:, 1] * column
    fitting = padded.as_strided(
        (padded.numel() - extent, *sizes), (1, channel, row, column), padded.storage_offset()
    )
    return fitting.index_select(0, starts)
