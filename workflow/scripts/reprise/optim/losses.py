"""The registry of losses.

An entry is called as ``entry(logits, labels, **arguments)`` with logits (N, classes) and integer
labels (N), and returns the mean loss of the N examples.
"""

from torch import Tensor
from torch.nn import functional

from reprise.registry import Registry

losses = Registry("loss")


@losses.register("cross_entropy")
def cross_entropy(logits: Tensor, labels: Tensor, *, smoothing: float = 0.0) -> Tensor:
    """Cross-entropy in nats; ``smoothing`` (0 to 1) is spread over all classes, as torch does."""
    return functional.cross_entropy(logits, labels, label_smoothing=smoothing)


@losses.register("cross_entropy_of_softmax")
def cross_entropy_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy in nats of the softmax of the logits, taken for logits once more.

    The usual slip of a model that ends in a softmax under a loss that applies one itself: scores
    lie between 0 and 1, so that for C classes the loss never falls below log(1 + (C - 1) / e).
    """
    return functional.cross_entropy(logits.softmax(1), labels)
