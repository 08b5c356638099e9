"""The registry of losses.

An entry is called as ``entry(logits, labels, **arguments)`` with logits (N, classes) and integer
labels (N), and returns the mean loss of the N examples.
"""

from torch import Tensor
from torch.nn import functional

from reprise.errors import InputError, choose_among
from reprise.registry import Registry

losses = Registry("loss")


@losses.register("cross_entropy")
def cross_entropy(
    logits: Tensor, labels: Tensor, *, smoothing: float = 0.0, spread: str = "all"
) -> Tensor:
    """Cross-entropy in nats with label smoothing.

    Args:
        logits: (N, classes).
        labels: (N,), whole numbers.
        smoothing: what of each label's weight of 1 is spread, from 0 to below 1.
        spread: over which classes: "all", the label's own among them (Szegedy et al., 2016,
            "Rethinking the Inception architecture", section 7, and torch), or the "others" only,
            so that the label keeps 1 - smoothing.

    Raises:
        InputError: a spread of another name.
    """
    if spread not in ("all", "others"):
        known = choose_among(spread, ("all", "others"))
        raise InputError(f"unknown spread {spread!r} of loss 'cross_entropy': {known}")
    classes = logits.shape[1]
    # Spread over all classes, C / (C - 1) times as much leaves the label as much.
    ratio = classes / (classes - 1) if spread == "others" and classes > 1 else 1
    return functional.cross_entropy(logits, labels, label_smoothing=smoothing * ratio)


@losses.register("cross_entropy_of_softmax")
def cross_entropy_of_softmax(logits: Tensor, labels: Tensor) -> Tensor:
    """Cross-entropy in nats of the softmax of the logits, taken for logits once more.

    The usual slip of a model that ends in a softmax under a loss that applies one itself: scores
    lie between 0 and 1, so that for C classes the loss never falls below log(1 + (C - 1) / e).
    """
    return functional.cross_entropy(logits.softmax(1), labels)
