"""The registry of whole architectures, which are built to be counted and are never trained here.

An entry is called as ``entry(**arguments)`` on the meta device, where a network has shapes and no
weights, and returns an ``Architecture``. The entries are modules of the folder ``architectures``.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import nn

from reprise.errors import InputError
from reprise.registry import Registry

architectures = Registry("architecture")


@dataclass(frozen=True)
class Architecture:
    """A network with the images that it is counted for.

    Attributes:
        model: maps images (N, channels, height, width) to whatever it predicts.
        input_shape: channels, height and width of an image.
        parts: how many parts of a kind it has, by what they are called.
    """

    model: nn.Module
    input_shape: tuple[int, int, int]
    parts: Mapping[str, int] = field(default_factory=dict)


def build_architecture(name: str, arguments: Mapping[str, Any]) -> Architecture:
    """The architecture ``name``, without weights.

    Raises:
        InputError: an unknown name, arguments that give no network, or a library that the
            architecture takes from elsewhere cannot be imported.
    """
    try:
        architecture = architectures[name]
    except (ImportError, OSError, RuntimeError) as error:
        raise InputError(
            f"architecture {name!r} needs torchvision, but importing it failed ({error}): install "
            "a torchvision that matches the installed torch"
        ) from None
    try:
        with torch.device("meta"):
            return architecture(**arguments)
    except (TypeError, ValueError, RuntimeError) as error:
        raise InputError(
            f"architecture {name!r} cannot be built with the arguments {dict(arguments)} "
            f"({error}): correct them in the study's YAML"
        ) from error
