"""The registry of norms, and the norms that torch has.

An entry is called as ``entry(channels, **arguments)`` and returns a module that maps
(N, channels, H, W) to the same shape. ``divides`` tells the planner which argument has to divide
which axis: one of ``batch``, ``channels``, ``height``, ``width``, or a list with one per entry. An
argument of None, where its annotation allows it, divides everything.
"""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from torch import nn

from reprise.errors import InputError
from reprise.registry import Registry

norms = Registry("norm")

NormMaker = Callable[[int], nn.Module]


def make_norm(name: str, arguments: Mapping[str, Any]) -> NormMaker:
    """A function of the number of channels that makes one layer of the norm ``name``.

    Raises:
        InputError: no norm has this name; (from the function returned) the arguments do not fit
            the number of channels.
    """
    return partial(norms[name], **arguments)


@norms.register("batch")
def batch_norm(channels: int, *, eps: float = 1e-5, momentum: float = 0.1) -> nn.Module:
    """Batch normalisation (Ioffe and Szegedy, 2015), with running averages for the test."""
    return nn.BatchNorm2d(channels, eps=eps, momentum=momentum)


@norms.register("group", divides={"groups": "channels"})
def group_norm(channels: int, *, groups: int, eps: float = 1e-5) -> nn.Module:
    """Group normalisation (Wu and He, 2018): each example, in ``groups`` groups of channels."""
    if groups < 1 or channels % groups:
        raise InputError(
            f"norm 'group' expects groups that divide the channels, but groups is {groups} for a "
            f"layer of {channels} channels: choose a divisor of {channels}"
        )
    return nn.GroupNorm(groups, channels, eps=eps)


@norms.register("none")
def no_norm(channels: int) -> nn.Module:
    """No normalisation."""
    return nn.Identity()
