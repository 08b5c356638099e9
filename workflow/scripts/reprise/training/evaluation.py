"""Loss and scores on held-out images, weighted by the number of predictions."""

import math
from collections.abc import Callable

import torch
from torch import Tensor, nn

from reprise.data.image_split import ImageSplit
from reprise.data.resident import ResidentData
from reprise.training.history import Score
from reprise.training.task import Loss, Task, usual_task

# A CPU gains nothing from batches that outgrow its caches; a GPU is filled by large ones. The
# numbers are for images of 32 pixels; memory limits larger ones.
IMAGES_PER_EVALUATION_BATCH = {"cpu": 100, "cuda": 2000}
USUAL_PIXELS = 32 * 32
FEWEST_IMAGES = 16


class Tally:
    """Sums of loss and what a task counts, kept on the device until read.

    A mean over batches would weigh the images of a smaller last batch more than the others.

    Args:
        labels: of the examples that are to be counted, on the device that counts.
        task: says what is counted.
    """

    def __init__(self, labels: Tensor, task: Task) -> None:
        self.task = task
        self.loss = torch.zeros((), device=labels.device, dtype=torch.float64)
        self.counts = task.no_counts(labels)
        self.images = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Count one batch with its mean loss."""
        self.count(loss, logits, labels)
        self.images += len(labels)

    def count(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """What ``add`` does on the device."""
        self.loss += loss.detach() * self.task.weight(labels)
        self.task.count(self.counts, logits.detach(), labels)

    def take(self, other: "Tally", images: int) -> None:
        """Count what another one has, which has counted that many images on the device."""
        self.loss += other.loss
        self.counts += other.counts
        self.images += images

    def clear(self) -> None:
        """Start anew, in the same memory."""
        self.loss.zero_()
        self.counts.zero_()
        self.images = 0

    def score(self) -> Score:
        """Read the sums from the device."""
        # A split may have no pixel with a class.
        predictions = self.task.predictions(self.counts, self.images) or math.nan
        return Score(self.loss.item() / predictions, self.task.scores(self.counts, self.images))


def evaluation_batch_size(model: nn.Module, training_batch_size: int, split: ImageSplit) -> int:
    """What suits the device and the size of the images, except for norms that use batch statistics
    at test time: these are defined only for the batch size that they were trained with."""
    modules = model.modules()
    if any(getattr(module, "uses_batch_statistics_at_test", False) for module in modules):
        return training_batch_size
    usual = IMAGES_PER_EVALUATION_BATCH[split.device.type]
    return min(usual, max(FEWEST_IMAGES, usual * USUAL_PIXELS // math.prod(split.image_shape[1:])))


@torch.no_grad()
def evaluate(
    model: nn.Module,
    data: ResidentData,
    split: ImageSplit,
    loss: Loss,
    batch_size: int,
    logits_of: Callable[[Tensor], Tensor] | None = None,
    task: Task | None = None,
) -> Score:
    """The model's score on a split, in evaluation mode; the model's own mode is restored.

    Args:
        logits_of: stored images (B, ...) to logits (B, classes, ...) float32, in place of the
            model.
        task: whose scores these are; None: that of data which name none.
    """
    training = model.training
    model.eval()
    tally = Tally(split.labels, task or usual_task(data.classes))
    starts = range(0, len(split), batch_size)
    bounds = [(start, min(start + batch_size, len(split))) for start in starts]
    for (start, end), images in zip(bounds, split.batches(bounds), strict=True):
        labels = split.labels[start:end]
        logits = logits_of(images) if logits_of else model(data.normalise(images)).float()
        tally.add(loss(logits, labels), logits, labels)
    model.train(training)
    return tally.score()
