"""The registry of augmentations, and a chain of them: by batch, on the device.

An entry is a class made as ``entry(**arguments)`` with two methods: ``draw(images, generator)``
gives the random parameters of that many images, a row for each image in image order, so that an
image's draw does not depend on the batch that it falls into; ``apply(images, draws)`` maps a batch
(B, C, H, W), uint8 or float, to one of the same shape and type without waiting for the device. An
image comes out the same whichever others are with it, unless ``depends_on_batch`` says otherwise.
One that mixes pixels and that masks can follow has a third method, ``apply_to_masks``, which does
the same to classes of pixels and mixes none. ``units`` tells the planner which arguments are
measured in pixels, and ``choices`` which are augmentations themselves. An entry that is registered
with ``whole=True`` and is the first of a cell takes images with the margin that they are stored
with, and gives them ``pixels``, an argument, on each side. The entries are modules of the folder
``augmentations``.
"""

from collections.abc import Iterable, Mapping
from importlib import import_module
from typing import Any

import torch
from torch import Tensor

from reprise.inventory import find
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
        self.entries = [_made(name, arguments) for name, arguments in entries]

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


def _made(name: str, arguments: Mapping[str, Any]) -> Any:
    # The registry imports it, too. The line is in the fingerprints of kept runs, and so it stays.
    import_module(find("augmentation", name, "augmentation").module)
    return augmentations[name](**arguments)
