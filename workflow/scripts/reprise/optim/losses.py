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
