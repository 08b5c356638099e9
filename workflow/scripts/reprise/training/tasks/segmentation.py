"""One class for each pixel."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from reprise.data.augmentation import Augmentation
from reprise.training.task import Loss, tasks

WITHOUT_CLASS = 255
"""The label of a pixel that counts in neither loss nor scores, as in VOC's masks."""

IGNORED = -100
"""The label that torch's losses leave out."""


@tasks.register(
    "segmentation",
    scores={
        "mean_iou": {
            "words": "mean intersection over union",
            "unit": "%",
            "rises": True,
            "guess": [100, -1],
            "of_examples": False,
        },
        # The pixels of one image are no independent examples.
        "pixel_accuracy": {
            "unit": "%",
            "rises": True,
            "guess": [100, -1],
            "of_examples": False,
        },
    },
    labels="position",
    augmentations=["crop", "flip", "scaled_crop"],
)
class Segmentation:
    """Labels (B, H, W) uint8 and logits (B, classes, H, W).

    The intersection over union of a class is its pixels that are predicted as it, as a share of all
    that are it or are predicted as it. Its mean is over the classes of which there is such a pixel,
    counted over the whole split (Everingham and others, 2010, "The PASCAL visual object classes
    challenge", section 4.4). Predicting one class everywhere gives one in so many at most.

    Args:
        classes: of the data, the background among them.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def loss(self, mean: Loss) -> Loss:
        """A mean over the pixels that have a class."""
        return lambda logits, labels: mean(logits, _classes_of(labels))

    def follow(self, labels: Tensor, augmentation: Augmentation, draws: Sequence[Tensor]) -> Tensor:
        """Masks go where their images go; what comes in from outside as black has no class."""
        if not augmentation.entries:
            return labels
        # Augmentations fill with zeros, which is the label without a class turned over.
        turned = WITHOUT_CLASS - labels.unsqueeze(1)
        for entry, draw in zip(augmentation.entries, draws, strict=True):
            turned = getattr(entry, "apply_to_masks", entry.apply)(turned, draw)
        return WITHOUT_CLASS - turned.squeeze(1)

    def no_counts(self, labels: Tensor) -> Tensor:
        """Pixels by class and predicted class, int64 (classes * classes,), and one place more for
        those without a class."""
        return torch.zeros(self.classes**2 + 1, device=labels.device, dtype=torch.int64)

    def count(self, counts: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Add every pixel at its place."""
        places = labels.long() * self.classes + logits.argmax(1)
        places = places.masked_fill(labels == WITHOUT_CLASS, self.classes**2).flatten()
        counts.index_add_(0, places, torch.ones_like(places))

    def weight(self, labels: Tensor) -> Tensor:
        """The pixels of the batch that have a class."""
        return (labels != WITHOUT_CLASS).sum()

    def predictions(self, counts: Tensor, examples: int) -> int:
        """Those counted so far."""
        return int(counts[:-1].sum())

    def scores(self, counts: Tensor, examples: int) -> Mapping[str, float]:
        """Mean intersection over union and the share of pixels that are right, in percent."""
        confusion = counts[:-1].reshape(self.classes, self.classes).double().cpu()
        shared = confusion.diagonal()
        union = confusion.sum(0) + confusion.sum(1) - shared
        there = union > 0
        return {
            "mean_iou": 100 * (shared[there] / union[there]).mean().item(),
            "pixel_accuracy": 100 * (shared.sum() / confusion.sum()).item(),
        }


def _classes_of(labels: Tensor) -> Tensor:
    return labels.long().masked_fill(labels == WITHOUT_CLASS, IGNORED)
