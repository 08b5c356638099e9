"""What stands for the logits of very many classes, of which frequent ones are cheap.

Grave, Joulin, Cisse, Grangier and Jegou (2017), "Efficient softmax approximation for GPUs":
the most frequent classes have logits of their own, beside one for each group of rarer ones, whose
logits are computed only where the class is in it. torch has it as ``AdaptiveLogSoftmaxWithLoss``.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError


class AdaptiveLogits:
    """States of a network, and the softmax that gives probabilities of classes for them.

    It takes the place of logits (N, classes, L) where nothing but their cross-entropy is asked for,
    by ``torch.nn.functional.cross_entropy``: they themselves would take gigabytes.

    Args:
        states: (N, L, numbers).
        adaptive: the softmax, of states (places, numbers) and the classes (places,) of these.
        computed: labels (N, L) and their cross-entropy, if it is there. What is counted of a batch
            after its update is then that of the weights before.
    """

    def __init__(
        self,
        states: Tensor,
        adaptive: nn.AdaptiveLogSoftmaxWithLoss,
        computed: tuple[Tensor, Tensor] | None = None,
    ) -> None:
        self.states, self.adaptive, self.computed = states, adaptive, computed

    @property
    def shape(self) -> torch.Size:
        """(N, classes, L)."""
        sequences, length = self.states.shape[:2]
        return torch.Size((sequences, self.adaptive.n_classes, length))

    def float(self) -> "AdaptiveLogits":
        """The same in float32."""
        return AdaptiveLogits(self.states.float(), self.adaptive, self.computed)

    def detach(self) -> "AdaptiveLogits":
        """The same without gradients."""
        computed = self.computed and (self.computed[0], self.computed[1].detach())
        return AdaptiveLogits(self.states.detach(), self.adaptive, computed)

    def cross_entropy(self, labels: Tensor) -> Tensor:
        """The mean of labels (N, L) int64 over all places, in nats."""
        if self.computed is None or not torch.equal(self.computed[0], labels):
            states, own = self.states.flatten(0, 1), labels.flatten()
            loss = self.adaptive(states, own).loss
            if loss.requires_grad:
                loss = loss + self._nothing_of_groups_without(own, states[:1])
            self.computed = labels, loss
        return self.computed[1]

    def _nothing_of_groups_without(self, labels: Tensor, state: Tensor) -> Tensor:
        """Zero, with gradients of zero for the groups that have none of the labels: optimizers are
        to find the same parameters with gradients at every update."""
        *starts, _ = self.adaptive.cutoffs
        bounds = torch.tensor(starts, device=labels.device)
        groups = torch.bucketize(labels, bounds, right=True)
        counts = torch.bincount(groups, minlength=len(starts) + 1)[1:].tolist()
        tails = zip(self.adaptive.tail, counts, strict=True)
        nothing = state.new_zeros(())
        for layers in (layers for layers, count in tails if not count):
            nothing = nothing + 0.0 * layers(state).sum()
        return nothing

    def softmax(self, axis: int) -> Tensor:
        """None can be had.

        Raises:
            InputError: always.
        """
        raise _only_cross_entropy()

    @classmethod
    def __torch_function__(
        cls,
        function: Callable[..., Any],
        types: Iterable[type],
        arguments: tuple[Any, ...] = (),
        named: Mapping[str, Any] | None = None,
    ) -> Tensor:
        """torch asks here what a function of it gives.

        Raises:
            InputError: another one than the mean cross-entropy without smoothing is asked for.
        """
        further = named or {}
        smoothed = further.get("label_smoothing") or further.get("weight") is not None
        if function is not functional.cross_entropy or smoothed:
            raise _only_cross_entropy()
        logits, labels = arguments
        return logits.cross_entropy(labels)


def _only_cross_entropy() -> InputError:
    return InputError(
        "model 'adaptive_lstm' expects the loss cross_entropy without smoothing, since of so many "
        "classes no probabilities but those of the labels are computed: choose that loss"
    )
