"""Checks that models share of the arguments and images they are given."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from reprise.errors import InputError, choose_among
from reprise.nets.models import ImageShape

Part = TypeVar("Part")


def check_name(model: str, argument: str, name: str, known: Iterable[str]) -> None:
    """Raises InputError if ``name`` is not among the known values of a model's argument."""
    if name not in known:
        raise InputError(
            f"unknown {argument} {name!r} of model {model!r}: {choose_among(name, known)}"
        )


def check_positive(model: str, key: str, number: int) -> None:
    """Raises InputError if a number is below 1."""
    if number < 1:
        raise InputError(
            f"model {model!r} expects {key} to be 1 or more, but it is {number}: correct it"
        )


def check_stages(model: str, key: str, numbers: Sequence[int], stages: int) -> None:
    """Raises InputError if there is not a number of 1 or more for each stage."""
    if len(numbers) != stages or min(numbers) < 1:
        raise InputError(
            f"model {model!r} expects {key} to be {stages} numbers of 1 or more, but they are "
            f"{list(numbers)}: correct them"
        )


def check_dropout(model: str, probability: float) -> None:
    """Raises InputError if a probability of dropout lies outside of [0, 1)."""
    if not 0 <= probability < 1:
        raise InputError(
            f"model {model!r} expects probabilities of dropout of at least 0 and below 1, but one "
            f"is {probability:g}: correct it"
        )


def check_sides(model: str, image_shape: ImageShape, smallest: int) -> None:
    """Raises InputError if a side of the image has fewer than ``smallest`` pixels."""
    if min(image_shape[1:]) < smallest:
        raise InputError(
            f"model {model!r} expects images of {smallest} x {smallest} pixels or more, but they "
            f"have {image_shape[1]} x {image_shape[2]}: use larger images"
        )


def read_part(model: str, kind: type[Part], mapping: Mapping[str, Any], argument: str) -> Part:
    """An entry of a list in YAML as the dataclass ``kind``.

    Raises:
        InputError: the entry is no mapping, or its keys are not those of ``kind``.
    """
    try:
        return kind(**mapping)
    except TypeError:
        known = ", ".join(kind.__dataclass_fields__)
        raise InputError(
            f"model {model!r} expects entries of {argument} with the keys {known}, but found "
            f"{mapping!r}: correct the entry"
        ) from None
