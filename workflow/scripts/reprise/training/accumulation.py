"""An update on a batch that is too large to be computed at once: its gradient is accumulated over
micro-batches, one after the other.

Huang and others (2019), "GPipe: Efficient training of giant neural networks using pipeline
parallelism", NeurIPS, cut a mini-batch into micro-batches in the same way. Where examples of
different micro-batches have nothing to do with each other, as with ghost batch norm whose size
divides theirs, the update is that of the whole batch but for rounding. Batch norm takes the
statistics of each micro-batch, and dropout draws for each.
"""

from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from itertools import islice

import torch
from torch import Tensor, nn

from reprise.optim.batch_sizes import batch_bounds, micro_batch_bounds
from reprise.training.epoch_images import augmented
from reprise.training.history import Epoch
from reprise.training.run import Run, Update
from reprise.training.update import do_update, loss_and_logits


@dataclass(frozen=True)
class MicroBatches:
    """One batch in pieces.

    Attributes:
        sizes: the images of each micro-batch.
        pieces: augmented images (B, C, H, W) as they are stored, and labels (B, ...), of each;
            they are read once.
    """

    sizes: Sequence[int]
    pieces: Iterator[tuple[Tensor, Tensor]]


def micro_batches(run: Run, epoch: int) -> Iterator[MicroBatches]:
    """The batches of one epoch, whose images are read and augmented a micro-batch at a time."""
    bounds = batch_bounds(len(run.data.train), run.batch_sizes[epoch])
    cut = [micro_batch_bounds(start, end, run.cell.micro_batch_size) for start, end in bounds]
    with closing(augmented(run, epoch, [piece for batch in cut for piece in batch])) as pieces:
        for batch in cut:
            sizes = [end - start for start, end in batch]
            yield MicroBatches(sizes, islice(pieces, len(sizes)))


def do_accumulated_update(run: Run, batch: MicroBatches) -> Update:
    """Update the model on one batch, at the learning rate and momentum that the run has.

    Gradients of the micro-batches' summed losses are added, and divided by the number of
    predictions in all of them, so that the loss is the mean over the batch as usual.
    """
    if len(batch.sizes) == 1:
        return do_update(run, *next(batch.pieces))
    run.optimizer.zero_grad(set_to_none=True)
    with closing(_averaged_as_one(run.model, batch)) as pieces:
        parts = [_add_gradients(run, images, labels) for images, labels in pieces]
    labels = torch.cat([part.labels for part in parts])
    predictions = run.task.weight(labels)
    for parameter in run.model.parameters():
        if parameter.grad is not None:
            parameter.grad.div_(predictions)
    if run.before_step is not None:
        run.before_step(torch.cat([part.inputs for part in parts]), labels)
    run.optimizer.step()
    run.updates += 1
    loss = torch.stack([part.loss for part in parts]).sum() / predictions
    return Update(loss, torch.cat([part.logits for part in parts]), labels)


def accumulated_updates(run: Run, epochs: Sequence[Epoch]) -> int:
    """How many updates of these epochs took more than one micro-batch."""
    size, images = run.cell.micro_batch_size, len(run.data.train)
    return sum(
        len(micro_batch_bounds(start, end, size)) > 1
        for epoch in epochs
        for start, end in batch_bounds(images, epoch.batch_size)
    )


@dataclass(frozen=True)
class _Part:
    """What is kept of a micro-batch: its summed loss, logits and labels, and its normalised images
    where somebody looks at the batch."""

    loss: Tensor
    logits: Tensor
    labels: Tensor
    inputs: Tensor | None


def _add_gradients(run: Run, images: Tensor, labels: Tensor) -> _Part:
    """Adds the gradients of a micro-batch's summed loss to those that are there."""
    inputs = run.data.normalise(images)
    loss, logits = loss_and_logits(run, inputs, labels)
    summed = loss * run.task.weight(labels)
    summed.backward()
    looked_at = run.before_step is not None
    return _Part(summed.detach(), logits.detach(), labels, inputs if looked_at else None)


def _averaged_as_one(model: nn.Module, batch: MicroBatches) -> Iterator[tuple[Tensor, Tensor]]:
    """The micro-batches, between which the running averages of norms move as far as they would over
    the batch as one: to the mean of the micro-batches' statistics, with the weight that the newest
    batch has."""
    norms = [
        module for module in model.modules() if getattr(module, "running_mean", None) is not None
    ]
    momenta = [norm.momentum for norm in norms]
    images = left = sum(batch.sizes)
    try:
        for size, piece in zip(batch.sizes, batch.pieces, strict=True):
            left -= size
            for norm, momentum in zip(norms, momenta, strict=True):
                # Later micro-batches keep so much of what this one leaves.
                kept = 1 - momentum * left / images
                norm.momentum = momentum * size / images / kept
            yield piece
    finally:
        for norm, momentum in zip(norms, momenta, strict=True):
            norm.momentum = momentum
