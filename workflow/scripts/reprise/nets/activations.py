"""Activations by the names that YAML uses, for every model that takes one."""

from collections.abc import Callable, Mapping

from torch import nn

from reprise.errors import InputError, choose_among

ACTIVATIONS: Mapping[str, Callable[[], nn.Module]] = {
    "relu": nn.ReLU,
    "leaky_relu": nn.LeakyReLU,
    "prelu": nn.PReLU,
    "elu": nn.ELU,
    "celu": nn.CELU,
    "mish": nn.Mish,
}

# Mish falls until x = -1.19, PReLU where its learned slope is negative.
NOT_ALWAYS_RISING = frozenset({"mish", "prelu"})


def make_activation(name: str) -> nn.Module:
    """A new activation with torch's defaults, which maps any shape to the same shape.

    "relu" (max(x, 0)), "leaky_relu" (Maas et al., 2013; slope 0.01 below zero), "prelu" (He et al.,
    2015; one learned slope a layer, at first 0.25), "elu" (Clevert et al., 2016; alpha 1), "celu"
    (Barron, 2017; alpha 1, with which it equals ELU) and "mish" (Misra, 2020; x tanh(softplus(x))).
    None of them draws random numbers.

    Raises:
        InputError: another name.
    """
    if name not in ACTIVATIONS:
        raise InputError(
            f"unknown activation {name!r} of a model: {choose_among(name, ACTIVATIONS)}"
        )
    return ACTIVATIONS[name]()


def commutes_with_maximum(name: str) -> bool:
    """Whether the activation of a maximum is always the maximum of the activations."""
    return name not in NOT_ALWAYS_RISING
