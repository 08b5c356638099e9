"""Builds a model by the names that YAML uses."""

from collections.abc import Mapping
from typing import Any

from torch import nn

from reprise.errors import InputError
from reprise.nets.models import ImageShape, models
from reprise.nets.narrow_convolutions import guard_narrow_convolutions
from reprise.nets.norms import make_norm


def build_model(
    name: str,
    arguments: Mapping[str, Any],
    norm_name: str,
    norm_arguments: Mapping[str, Any],
    image_shape: ImageShape,
    classes: int,
) -> nn.Module:
    """The model ``name`` with the norm ``norm_name``, initialised from torch's global generator.

    It maps images (N, channels, height, width) of ``image_shape`` = (channels, height, width) to
    logits (N, classes). Norms draw no random numbers, so under one seed a model starts with the
    same weights whatever its norm. Only the modules of this model and norm are imported.

    Raises:
        InputError: an unknown name, or arguments that do not fit each other or the images.
    """
    make_model = models[name]
    norm = make_norm(norm_name, norm_arguments)
    try:
        model = make_model(image_shape, classes, norm, **arguments)
    except (TypeError, ValueError) as error:
        raise InputError(
            f"model {name!r} cannot be built with the arguments {dict(arguments)} ({error}): "
            "correct them in the study's YAML"
        ) from error
    guard_narrow_convolutions(model)
    return model


def count_parameters(model: nn.Module) -> int:
    """Number of trainable scalars of ``model``; a shared parameter counts once."""
    return sum(parameter.numel() for parameter in model.parameters() if parameter.requires_grad)
