"""The choices of a cell at another scale: their arguments, norms and augmentations."""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import Any

from reprise.inventory import argument_value, find
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

# What a norm takes together, and a scale changes as it does batches, in registrations.
IMAGES = "images"
# What groups of channels divide, in the registration of a norm.
CHANNELS = "channels"
# The weight of the newest batch in a norm's running averages, one over the updates they reach back.
NEWEST_WEIGHT = "momentum"
LARGEST_NEWEST_WEIGHT = 0.05
# Over so many times the updates that they reach back, averages forget what they began with.
FORGETTING = 10

Scaling = Callable[[int | float], int | float]


def scale_arguments(kind: str, choice: Any, scalings: Mapping[str, Scaling]) -> Any:
    """Scale the arguments of a choice that are measured in a unit of ``scalings``.

    A unit is declared by the registration (``units={"padding": "pixels"}``) and holds for every
    value under that key, however deep. Choices among the arguments have units of their own.
    """
    if not isinstance(choice, Choice):
        return choice
    description = find(kind, choice.name, "cell").description
    units, choices = description.get("units", {}), description.get("choices", {})

    def scaled(key: str | None, value: Any) -> Any:
        if key in choices and value is not None:
            nested = Choice.of(value, f"{kind} {choice.name}.{key}")
            run = scale_arguments(choices[key], nested, scalings)
            return value if run == nested else run.plain()
        if isinstance(value, dict):
            return {name: scaled(name, item) for name, item in value.items()}
        if isinstance(value, list):
            return [scaled(key, item) for item in value]
        if key not in units or isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return scalings[units[key]](value) if value else value

    return choice.replacing(**{key: scaled(key, value) for key, value in choice.arguments.items()})


def fitting(step: Choice, in_place_of: Mapping[str, Any]) -> Choice | None:
    """An augmentation, or what a data set puts in its place, also within another augmentation; None
    where it is left out.

    A mirrored digit is another sign, so digits put a small turn in the place of a reflection. What
    is replaced keeps its place: cells with and without it stay two cells.
    """
    if step.name in in_place_of:
        if in_place_of[step.name] is None:
            return None
        return Choice.of(in_place_of[step.name], f"in_place_of.{step.name}")
    choices = find("augmentation", step.name, "cell").description.get("choices", {})
    nested = {
        key: fitting(Choice.of(step.arguments[key], key), in_place_of)
        for key, kind in choices.items()
        if kind == "augmentation" and key in step.arguments
    }
    if None in nested.values():
        return None
    changed = {
        key: fitted.plain()
        for key, fitted in nested.items()
        if fitted != Choice.of(step.arguments[key], key)
    }
    return step.replacing(**changed) if changed else step


def whole(ratio: Fraction, value: int | float) -> int | float:
    """A multiple as a whole number, at least 1."""
    return value if ratio == 1 else max(1, round(value * ratio))


def reaching_back(norm: Choice, update_ratio: Fraction, updates: int) -> Choice:
    """The norm with running averages that reach back over the same share of the run, and over no
    more than a tenth: averages over the last thousand updates would still hold what they began with
    after a few hundred."""
    weight = norm.arguments.get(NEWEST_WEIGHT)
    if update_ratio == 1 or not weight or weight >= LARGEST_NEWEST_WEIGHT:
        return norm
    scaled = max(weight / update_ratio, FORGETTING / updates)
    rounded = float(f"{float(scaled):.3g}")
    return norm.replacing(**{NEWEST_WEIGHT: min(LARGEST_NEWEST_WEIGHT, rounded)})


def images_of_a_group(norm: Choice) -> dict[str, int]:
    """The arguments of a norm that say how many images it normalises together."""
    units = find("norm", norm.name, "cell").description.get("units", {})
    return {
        key: value for key, value in norm.arguments.items() if units.get(key) == IMAGES and value
    }


def with_groups_of(model: Choice, cell: Cell, norm: Choice) -> Choice:
    """The norm with groups of as many channels as published, in a model of another width."""
    entry = find("model", model.name, "cell")
    widths = entry.description["widths"]
    if widths is None:
        return norm
    run, published = (
        argument_value(entry, choice.arguments, widths["argument"])
        for choice in (model, cell.model)
    )
    divides = find("norm", norm.name, "cell").description.get("divides", {})
    fewer = partial(whole, Fraction(run, published))
    return norm.replacing(
        **{
            key: _groups_scaled(value, divides[key], fewer)
            for key, value in norm.arguments.items()
            if key in divides and value is not None
        }
    )


def _groups_scaled(groups: Any, divided: str | Sequence[str], scaling: Scaling) -> Any:
    """The numbers of groups, one or one for each axis, with those of channels scaled."""
    if isinstance(divided, str):
        return scaling(groups) if divided == CHANNELS else groups
    return [
        _groups_scaled(number, axis, scaling) for number, axis in zip(groups, divided, strict=True)
    ]
