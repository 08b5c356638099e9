"""Batch normalisation over groups of examples and of channels, and its weighing at inference.

Summers and Dinneen (2020), "Four things everyone should know to improve batch normalization".
"""

from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from reprise.errors import InputError
from reprise.nets.norms import norms

MOST_CALLS = 16
"""Groups of examples up to which each is normalised by a call of its own."""


class Moments(NamedTuple):
    """Means and biased variances of the channels of some examples, each (examples, channels).

    Pooling groups of equal size averages their E[x] and E[x^2]; written with variances, nothing
    is lost where a mean is much larger than the standard deviation.
    """

    mean: Tensor
    variance: Tensor

    @classmethod
    def of_examples(cls, images: Tensor) -> "Moments":
        """Those of every example of images (N, C, H, W) by itself."""
        # Sums of bfloat16 numbers lose what tells large means apart.
        exact = images.to(torch.promote_types(images.dtype, torch.float32))
        variance, mean = torch.var_mean(exact, dim=(2, 3), correction=0)
        return cls(mean, variance)

    @classmethod
    def pooled(cls, parts: Sequence["Moments"], shares: Tensor) -> "Moments":
        """Those of some examples together, (1, channels), from those of their groups, each (1,
        channels).

        Args:
            parts: of the groups.
            shares: (groups, 1), of the examples.
        """
        means, variances = (torch.cat(moments) for moments in zip(*parts, strict=True))
        shares = shares.to(means.dtype)
        mean = (shares * means).sum(0, keepdim=True)
        return cls(mean, (shares * (variances + (means - mean).square())).sum(0, keepdim=True))

    def over_examples(self, size: int | None) -> "Moments":
        """Each example's replaced by those of its group of ``size`` examples (None: of all)."""
        if size is None or size >= len(self.mean):
            mean = self.mean.mean(0, keepdim=True)
            return Moments(mean, (self.variance + (self.mean - mean).square()).mean(0, True))
        shares = group_shares(len(self.mean), size, self.mean.device).to(self.mean.dtype)
        mean = shares @ self.mean
        return Moments(mean, shares @ (self.variance + (self.mean - mean).square()))

    def over_channels(self, groups: int) -> "Moments":
        """Each channel's replaced by those of its group."""
        if groups == self.mean.shape[1]:
            return self
        means, variances = (moment.unflatten(1, (groups, -1)) for moment in self)
        mean = means.mean(2, keepdim=True)
        variance = (variances + (means - mean).square()).mean(2, keepdim=True)
        return Moments(*(m.expand_as(means).flatten(1) for m in (mean, variance)))

    def mixed_with(self, other: "Moments", share: float) -> "Moments":
        """E[x] and E[x^2] averaged with those of ``other``, which has the weight ``share``."""
        distance = other.mean - self.mean
        return Moments(
            torch.lerp(self.mean, other.mean, share),
            torch.lerp(self.variance, other.variance, share)
            + share * (1 - share) * distance.square(),
        )


@norms.register("batch_group", divides={"channel_groups": "channels"}, units={"examples": "images"})
class GroupedBatchNorm2d(nn.Module):
    """Batch-group normalisation: one mean and variance per group of examples and of channels.

    An input (N, C, H, W) is cut into groups of consecutive examples and of consecutive channels;
    x becomes ``weight[c] * (x - m) / sqrt(v + eps) + bias[c]`` with mean m and biased variance v
    of its group. All examples and one channel a group are batch normalisation, one example a
    group is group normalisation ("batch and group normalization" for small batches).

    Running averages are kept of E[x] and E[x^2] of every channel, over whole mini-batches. At
    inference those of an example alone get the weight ``weighing`` beside them, before both are
    averaged in each group of channels ("inference example weighing"): 0 is batch normalisation as
    usual, 1 has no use for running averages.

    The groups are those of floor(j / examples) for example j: where ``examples`` does not divide
    the mini-batch, the last group is smaller. A single example that is left over joins the group
    before it, since it has no others to be compared with; a mini-batch that is smaller than
    ``examples`` is one group.

    Args:
        channels: C.
        channel_groups: groups of channels, which divide C; None: each channel is one.
        examples: examples of a group; None: the whole mini-batch.
        eps: added to the variance.
        momentum: weight of the newest mini-batch in the running averages.
        weighing: weight of the example's own moments at inference, 0 to 1 (alpha in the paper).

    Attributes:
        running_mean: (C,), the average of E[x].
        running_var: (C,), the average of E[x^2] less the square of ``running_mean``. Unlike that
            of ``torch.nn.BatchNorm2d``, which averages unbiased variances, it is biased and holds
            the variance of the means from one mini-batch to the next.

    Raises:
        InputError: groups that do not divide the channels, no example in a group, or a weighing
            that is not from 0 to 1.
    """

    def __init__(
        self,
        channels: int,
        *,
        channel_groups: int | None = None,
        examples: int | None = None,
        eps: float = 1e-5,
        momentum: float = 0.1,
        weighing: float = 0.0,
    ) -> None:
        super().__init__()
        self.channel_groups = _checked_groups(channel_groups, channels)
        self.examples = _checked_examples(examples)
        self.eps = eps
        self.momentum = momentum
        self.weighing = checked_weighing(weighing)
        self.weight = nn.Parameter(torch.ones(channels))
        self.bias = nn.Parameter(torch.zeros(channels))
        self.running_mean: Tensor
        self.running_var: Tensor
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def extra_repr(self) -> str:
        return (
            f"{len(self.weight)}, channel_groups={self.channel_groups}, examples={self.examples}, "
            f"eps={self.eps}, momentum={self.momentum}, weighing={self.weighing}"
        )

    def forward(self, images: Tensor) -> Tensor:
        """Maps (N, C, H, W) to the same shape."""
        if self.training and self._has_batch_norms(images):
            return self._batch_norms(images)
        if not self.training and self.weighing == 0 and self._takes_channels_apart:
            state = self.running_mean, self.running_var, self.weight, self.bias
            return functional.batch_norm(images, *state, eps=self.eps)
        moments = self._training_moments(images) if self.training else self._inference(images)
        mean, variance = moments.over_channels(self.channel_groups)
        scale = self.weight * torch.rsqrt(variance + self.eps)
        shift = self.bias - mean * scale
        normalised = images * scale[:, :, None, None] + shift[:, :, None, None]
        return normalised.to(images.dtype)

    @property
    def _takes_channels_apart(self) -> bool:
        """Whether each channel is a group."""
        return self.channel_groups == len(self.weight)

    def _has_batch_norms(self, images: Tensor) -> bool:
        """Whether each channel is a group, of few groups of examples with more than one value."""
        sizes = group_sizes(len(images), self.examples)
        values = min(sizes) * images[0, 0].numel()
        return self._takes_channels_apart and values > 1 and len(sizes) <= MOST_CALLS

    def _batch_norms(self, images: Tensor) -> Tensor:
        """torch's own for each group of examples, which is several times as fast and tells the
        moments of the group."""
        sizes = group_sizes(len(images), self.examples)
        normalised, moments = zip(*map(self._batch_norm, images.split(sizes)), strict=True)
        if len(sizes) == 1:
            self._remember(moments[0])
            return normalised[0]
        shares = shares_of_groups(len(images), self.examples, images.device)
        self._remember(Moments.pooled(moments, shares))
        return torch.cat(normalised)

    def _batch_norm(self, images: Tensor) -> tuple[Tensor, Moments]:
        mean, variance = torch.zeros_like(self.running_mean), torch.ones_like(self.running_var)
        normalised = functional.batch_norm(
            images, mean, variance, self.weight, self.bias, training=True, momentum=1, eps=self.eps
        )
        values = len(images) * images[0, 0].numel()
        return normalised, Moments(mean[None], variance[None] * ((values - 1) / values))

    def _training_moments(self, images: Tensor) -> Moments:
        own = Moments.of_examples(images)
        batch = own.over_examples(None)
        self._remember(batch)
        return batch if self.examples is None else own.over_examples(self.examples)

    @torch.no_grad()
    def _remember(self, batch: Moments) -> None:
        mean, variance = self._running().mixed_with(batch, self.momentum)
        self.running_mean.copy_(mean[0])
        self.running_var.copy_(variance[0])

    def _inference(self, images: Tensor) -> Moments:
        if self.weighing == 0:
            return self._running()
        return self._running().mixed_with(Moments.of_examples(images), self.weighing)

    def _running(self) -> Moments:
        return Moments(self.running_mean[None], self.running_var[None])


@norms.register("ghost_batch", units={"size": "images"})
def ghost_batch_norm(
    channels: int,
    *,
    size: int,
    eps: float = 1e-5,
    momentum: float = 0.1,
    weighing: float = 0.0,
) -> nn.Module:
    """Ghost batch normalisation (Hoffer, Hubara and Soudry, 2017): ``size`` examples a group.

    Batch-group normalisation with one channel a group; what is said there of running averages,
    of ``weighing`` and of sizes that do not divide the mini-batch holds here.
    """
    return GroupedBatchNorm2d(
        channels, examples=size, eps=eps, momentum=momentum, weighing=weighing
    )


def group_sizes(count: int, size: int | None) -> list[int]:
    """How many examples each group has.

    Args:
        count: examples of a mini-batch.
        size: examples of a group; None: all.
    """
    if size is None or size >= count:
        return [count]
    whole, rest = divmod(count, size)
    if rest == 1 and size > 1:
        return [*[size] * (whole - 1), size + 1]
    return [size] * whole + ([rest] if rest else [])


# What is cached is never forgotten: a recording of an update reads the answer where it is, and
# copying it to a GPU would halt that at every layer.
@cache
def shares_of_groups(count: int, size: int | None, device: torch.device) -> Tensor:
    """(groups, 1): what part of the examples each group has. Arguments as of ``group_sizes``, and
    the device where the answer is needed."""
    sizes = group_sizes(count, size)
    shares = torch.full((len(sizes), 1), sizes[0] / count, dtype=torch.float64, device=device)
    shares[-1] = sizes[-1] / count
    return shares


@cache
def group_shares(count: int, size: int, device: torch.device) -> Tensor:
    """(count, count): what part each example (column) has in the mean of an example's (row) group.
    Arguments as of ``shares_of_groups``."""
    last = len(group_sizes(count, size)) - 1
    groups = (torch.arange(count, device=device) // size).clamp(max=last)
    together = (groups[:, None] == groups).double()
    return together / together.sum(1, keepdim=True)


def checked_weighing(alpha: float) -> float:
    """The weight of an example's own moments at inference.

    Raises:
        InputError: it is not from 0 to 1.
    """
    if not 0 <= alpha <= 1:
        raise InputError(
            f"example weighing expects a weight from 0 to 1, found {alpha:g}: 0 leaves the "
            "running averages alone, 1 leaves the example alone"
        )
    return float(alpha)


def _checked_groups(groups: int | None, channels: int) -> int:
    if groups is None:
        return channels
    if groups < 1 or channels % groups:
        raise InputError(
            f"norm 'batch_group' expects channel_groups that divide the channels, but they are "
            f"{groups} for a layer of {channels} channels: choose a divisor of {channels}"
        )
    return groups


def _checked_examples(examples: int | None) -> int | None:
    if examples is not None and examples < 1:
        raise InputError(
            f"batch normalisation in groups expects 1 example a group or more, found {examples}: "
            "leave it out for the whole mini-batch"
        )
    return examples
