"""Builds a model by the names that YAML uses."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from reprise.discovery import import_room
from reprise.nets.models import models
from reprise.nets.norms import make_norm


def build_model(
    name: str,
    arguments: Mapping[str, Any],
    norm_name: str,
    norm_arguments: Mapping[str, Any],
    input_channels: int,
    classes: int,
) -> nn.Module:
    """The model ``name`` with the norm ``norm_name``, initialised from torch's global generator.

    It maps images (N, input_channels, H, W) to logits (N, classes). Norms draw no random numbers,
    so under one seed a model starts with the same weights whatever its norm.

    Raises:
        InputError: an unknown name, or arguments that do not fit each other.
    """
    import_room("nets")
    norm = make_norm(norm_name, norm_arguments)
    return models[name](input_channels, classes, norm, **arguments)


def count_parameters(model: nn.Module) -> int:
    """Number of trainable scalars of ``model``; a shared parameter counts once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
