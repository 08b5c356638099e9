"""The augmented images and labels of one epoch, in its order."""

import math
from collections.abc import Iterator, Sequence
from contextlib import closing

import torch
from torch import Tensor

from reprise.data.cell_data import takes_whole_images
from reprise.optim.batch_sizes import batch_bounds
from reprise.training import randomness
from reprise.training.run import Run

AUGMENTED_PIXELS = 2**20
"""At once, where an epoch is augmented before its updates: 1,024 images of 32 pixels."""


def augmented_batches(run: Run, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented images and labels of the batches of one epoch, as they are stored."""
    return augmented(run, epoch, batch_bounds(len(run.data.train), run.batch_sizes[epoch]))


def augmented(
    run: Run, epoch: int, bounds: Sequence[tuple[int, int]]
) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented images and labels of one epoch between these bounds, in an order and with draws
    that depend on seed and epoch only."""
    train, seed = run.data.train, run.cell.seed
    device = train.device
    order = torch.randperm(
        len(train), generator=randomness.generator(seed, randomness.ORDER, epoch)
    ).to(device)
    drawn = run.augmentation.draw(
        len(train), randomness.generator(seed, randomness.AUGMENTATION, epoch)
    )
    draws = [draw.to(device) for draw in drawn]
    batches = train.batches(bounds, order, whole=takes_whole_images(run.cell))
    with closing(batches):
        for (start, end), images in zip(bounds, batches, strict=True):
            index = order[start:end]
            own = [draw[index] for draw in draws]
            augmented = run.augmentation.apply(images, own)
            yield augmented, run.task.follow(train.labels[index], run.augmentation, own)


def blocks_of(run: Run, batches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last position (excluded) of the images that are augmented at once: many, since each
    comes out the same whichever others are with it, or a batch, where that is not so."""
    if any(getattr(entry, "depends_on_batch", False) for entry in run.augmentation.entries):
        return batches
    count, pixels = len(run.data.train), math.prod(run.data.train.image_shape[1:])
    size = max(1, AUGMENTED_PIXELS // pixels)
    return [(start, min(start + size, count)) for start in range(0, count, size)]
