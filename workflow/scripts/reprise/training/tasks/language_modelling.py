"""The token that follows each token of a text."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from reprise.data.augmentation import Augmentation
from reprise.training.task import Loss, tasks


@tasks.register(
    "language_modelling",
    scores={"perplexity": {"unit": "", "rises": False, "guess": [1, 1]}},
    labels="position",
    augmentations=[],
)
class LanguageModelling:
    """Inputs (B, L) of tokens, labels (B, L) uint8, each the token after that of the input at its
    place, and logits (B, tokens known, L).

    Perplexity is e to the mean cross-entropy of a token, in nats, whatever the loss is that is
    trained with; the fewer tokens a model wavers between, the lower it is. That of guessing is the
    number of tokens that there are.

    Args:
        classes: tokens known.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def loss(self, mean: Loss) -> Loss:
        """A mean over tokens."""
        return lambda logits, labels: mean(logits, labels.long())

    def follow(self, labels: Tensor, augmentation: Augmentation, draws: Sequence[Tensor]) -> Tensor:
        """The same labels: no text is augmented."""
        return labels

    def no_counts(self, labels: Tensor) -> Tensor:
        """A sum of cross-entropies and a number of tokens, float64 (2,)."""
        return torch.zeros(2, device=labels.device, dtype=torch.float64)

    def count(self, counts: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Add the tokens of a batch."""
        entropy = functional.cross_entropy(logits, labels.long())
        counts[0] += entropy.double() * labels.numel()
        counts[1] += labels.numel()

    def weight(self, labels: Tensor) -> int:
        """The tokens of the batch."""
        return labels.numel()

    def predictions(self, counts: Tensor, examples: int) -> int:
        """The tokens so far."""
        return int(counts[1])

    def scores(self, counts: Tensor, examples: int) -> Mapping[str, float]:
        """The perplexity, infinite where it is beyond all numbers."""
        return {"perplexity": (counts[0] / counts[1]).exp().item()}
