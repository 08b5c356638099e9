"""Loss and accuracy on held-out images, weighted by the number of images."""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor, nn

from reprise.data.image_split import ImageSplit
from reprise.data.resident import ResidentData

# A CPU gains nothing from batches that outgrow its caches; a GPU is filled by large ones. The
# numbers are for images of 32 pixels; memory limits larger ones.
IMAGES_PER_EVALUATION_BATCH = {"cpu": 100, "cuda": 2000}
USUAL_PIXELS = 32 * 32
FEWEST_IMAGES = 16

Loss = Callable[[Tensor, Tensor], Tensor]


@dataclass(frozen=True)
class Score:
    """Mean loss and accuracy in percent."""

    loss: float
    accuracy: float


class Tally:
    """Sums of loss and correct predictions, kept on the device until read.

    A mean over batches would weigh the images of a smaller last batch more than the others.
    """

    def __init__(self, device: torch.device) -> None:
        self.loss = torch.zeros((), device=device, dtype=torch.float64)
        self.correct = torch.zeros((), device=device, dtype=torch.int64)
        self.images = 0

    def add(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Count one batch with its mean loss."""
        self.count(loss, logits, labels)
        self.images += len(labels)

    def count(self, loss: Tensor, logits: Tensor, labels: Tensor) -> None:
        """What ``add`` does on the device."""
        self.loss += loss.detach() * len(labels)
        self.correct += (logits.detach().argmax(1) == labels).sum()

    def take(self, other: "Tally", images: int) -> None:
        """Count what another one has, which has counted that many images on the device."""
        self.loss += other.loss
        self.correct += other.correct
        self.images += images

    def clear(self) -> None:
        """Start anew, in the same memory."""
        self.loss.zero_()
        self.correct.zero_()
        self.images = 0

    def score(self) -> Score:
        """Read the sums from the device."""
        return Score(self.loss.item() / self.images, 100 * self.correct.item() / self.images)


def evaluation_batch_size(model: nn.Module, training_batch_size: int, split: ImageSplit) -> int:
    """What suits the device and the size of the images, except for norms that use batch statistics
    at test time: these are defined only for the batch size that they were trained with."""
    modules = model.modules()
    if any(getattr(module, "uses_batch_statistics_at_test", False) for module in modules):
        return training_batch_size
    usual = IMAGES_PER_EVALUATION_BATCH[split.device.type]
    _, height, width = split.image_shape
    return min(usual, max(FEWEST_IMAGES, usual * USUAL_PIXELS // (height * width)))


@torch.no_grad()
def evaluate(
    model: nn.Module,
    data: ResidentData,
    split: ImageSplit,
    loss: Loss,
    batch_size: int,
    logits_of: Callable[[Tensor], Tensor] | None = None,
) -> Score:
    """The model's score on a split, in evaluation mode; the model's own mode is restored.

    Args:
        logits_of: uint8 images (B, C, H, W) to logits (B, classes) float32, in place of the model.
    """
    training = model.training
    model.eval()
    tally = Tally(split.device)
    starts = range(0, len(split), batch_size)
    bounds = [(start, min(start + batch_size, len(split))) for start in starts]
    for (start, end), images in zip(bounds, split.batches(bounds), strict=True):
        labels = split.labels[start:end]
        logits = logits_of(images) if logits_of else model(data.normalise(images)).float()
        tally.add(loss(logits, labels), logits, labels)
    model.train(training)
    return tally.score()
