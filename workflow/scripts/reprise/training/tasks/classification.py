"""One class for each image."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from reprise.data.augmentation import Augmentation
from reprise.training.task import Loss, tasks


@tasks.register(
    "classification",
    scores={"accuracy": {"unit": "%", "rises": True, "guess": [100, -1]}},
    labels="example",
)
class Classification:
    """Labels (B,) int64 and logits (B, classes); accuracy is the share of images whose label has
    the largest logit, in percent. Guessing one class in so many is right as often.

    Args:
        classes: of the data.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def loss(self, mean: Loss) -> Loss:
        """The loss itself, a mean over images."""
        return mean

    def follow(self, labels: Tensor, augmentation: Augmentation, draws: Sequence[Tensor]) -> Tensor:
        """The same labels: an augmented image shows what it showed."""
        return labels

    def no_counts(self, labels: Tensor) -> Tensor:
        """A number of images, int64 of shape ()."""
        return torch.zeros((), device=labels.device, dtype=torch.int64)

    def count(self, counts: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Add the images that are predicted rightly."""
        counts += (logits.argmax(1) == labels).sum()

    def weight(self, labels: Tensor) -> int:
        """The images of the batch."""
        return len(labels)

    def predictions(self, counts: Tensor, examples: int) -> int:
        """One for each image."""
        return examples

    def scores(self, counts: Tensor, examples: int) -> Mapping[str, float]:
        """The accuracy in percent."""
        return {"accuracy": 100 * counts.item() / examples}
