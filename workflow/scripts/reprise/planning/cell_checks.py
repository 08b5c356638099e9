"""Whether a cell can be run at all, found out before anything runs and without torch."""

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from reprise.data.sources import Source
from reprise.errors import InputError, choose_among
from reprise.inventory import OR_NONE, Entry, argument_value, check_arguments, find
from reprise.optim.batch_sizes import batch_sizes
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.studies.scaled_choices import images_of_a_group
from reprise.studies.scores import DEFAULT_TASK

CHECKS_AN_EPOCH = 10
CHECKED_UPDATES = 7
MOST_CHECKS = 120
AXES = ("batch", "channels", "height", "width")


def check_cell(cell: Cell, sources: Mapping[str, Source], where: str) -> None:
    """Check one cell, published or run.

    Raises:
        InputError: an unknown name or argument, a model or an augmentation for another task, a
            schedule without a value, a batch larger than the training data, a norm whose groups do
            not divide what they group, or an augmentation that takes whole images behind another.
    """
    if cell.dataset not in sources:
        raise InputError(
            f"{where}: unknown data set {cell.dataset!r}; {choose_among(cell.dataset, sources)}"
        )
    choices = list(cell.choices(where))
    for key, choice, entry in choices:
        check_arguments(entry, choice.arguments, f"{where}: {key}")
    _check_task(cell, where)
    _check_batch_size(cell, sources[cell.dataset], where)
    _check_norm(cell, cell.entries(where), sources[cell.dataset], where)
    for key, choice, entry in choices:
        if entry.kind == "schedule":
            _check_schedule(choice, cell.epochs, cell.schedule_interval, f"{where}: {key}")
    _check_batch_size_schedule(cell, where)
    _check_micro_batch_size(cell, where)
    _check_whole_images_first(cell, where)


def _check_task(cell: Cell, where: str) -> None:
    """Compare the model and the augmentations with what the data set says is learned."""
    model = find("model", cell.model.name, where).description.get("task", DEFAULT_TASK)
    if model != cell.task:
        raise InputError(
            f"{where}: model: expected one for the task {cell.task} of {cell.dataset}, found "
            f"{cell.model.name}, which is for {model}"
        )
    allowed = find("task", cell.task, where).description.get("augmentations")
    for step in cell.augmentation:
        if allowed is not None and step.name not in allowed:
            raise InputError(
                f"{where}: augmentation: expected one that the labels of the task {cell.task} can "
                f"follow ({', '.join(allowed) or 'none'}), found {step.name}"
            )


def images_trained_on(cell: Cell, source: Source) -> int:
    """Training images that a cell uses, without those that it holds out for validation."""
    images = cell.train_images or source.train_images
    return images - round(cell.validation_share * images)


def _check_batch_size(cell: Cell, source: Source, where: str) -> None:
    images = cell.train_images or source.train_images
    if images > source.train_images:
        raise InputError(
            f"{where}: train_images: expected at most the {source.train_images} training images "
            f"of {source.name}, found {images}"
        )
    trained = images_trained_on(cell, source)
    if cell.batch_size > trained:
        held_out = f" that are not held out of {images}" if trained < images else ""
        raise InputError(
            f"{where}: batch_size: expected at most the {trained} training images of "
            f"{source.name}{held_out}, found {cell.batch_size}"
        )


def _check_whole_images_first(cell: Cell, where: str) -> None:
    """What takes images with their margin has to meet them before others do."""
    for number, step in enumerate(cell.augmentation[1:], start=1):
        key = f"{where}: augmentation[{number}]"
        if find("augmentation", step.name, key).description.get("whole", False):
            raise InputError(
                f"{key}: expected {step.name}, which takes whole images, to be the first "
                f"augmentation, found it behind {cell.augmentation[0].name}: put it first"
            )


def _check_batch_size_schedule(cell: Cell, where: str) -> None:
    if cell.batch_size_schedule is None:
        return
    sizes = batch_sizes(cell)
    if sizes[0] != cell.batch_size:
        raise InputError(
            f"{where}: batch_size: expected the first size of batch_size_schedule, {sizes[0]}, "
            f"found {cell.batch_size}"
        )
    for size in sizes:
        if not isinstance(size, int) or size < 1:
            raise InputError(
                f"{where}: batch_size_schedule: expected whole numbers of 1 or more, found {size!r}"
            )


def _check_micro_batch_size(cell: Cell, where: str) -> None:
    """Where a norm groups examples, a micro-batch has to hold whole groups."""
    if cell.micro_batch_size is None:
        return
    for argument, size in images_of_a_group(cell.norm).items():
        if cell.micro_batch_size % size:
            raise InputError(
                f"{where}: micro_batch_size: expected a multiple of the {size} images that "
                f"norm.{argument} normalises together, found {cell.micro_batch_size}"
            )


def _check_norm(cell: Cell, entries: Mapping[str, Entry], source: Source, where: str) -> None:
    """Compare the norm's arguments with every layer that the model normalises."""
    model, norm = entries["model"], entries["norm"]
    divides = norm.description.get("divides", {})
    pixels = image_side(cell, source)
    for channels, side in normalised_layers(model, cell.model.arguments, pixels):
        images = min(cell.batch_size, cell.micro_batch_size or cell.batch_size)
        sizes = dict(zip(AXES, (images, channels, side, side), strict=True))
        for argument, axes in divides.items():
            value = argument_value(norm, cell.norm.arguments, argument)
            if value is None and norm.annotations[argument].endswith(OR_NONE):
                continue
            values = value if isinstance(axes, list) else [value]
            axes = axes if isinstance(axes, list) else [axes]
            if not isinstance(values, list | tuple) or len(values) != len(axes):
                raise InputError(
                    f"{where}: norm.{argument}: expected {len(axes)} whole numbers for "
                    f"{', '.join(axes)}, found {value!r}"
                )
            for groups, axis in zip(values, axes, strict=True):
                _check_divides(groups, axis, sizes[axis], cell, f"{where}: norm.{argument}")


def _check_divides(groups: Any, axis: str, size: int, cell: Cell, where: str) -> None:
    if not isinstance(groups, int) or groups < 1 or size % groups:
        raise InputError(
            f"{where}: expected a whole number that divides the {axis} ({size}) of every "
            f"normalised layer of {cell.model.name}, found {groups!r}"
        )


def image_side(cell: Cell, source: Source) -> int:
    """The image side that a cell trains at: that of its data variant."""
    digits = cell.data_variant.removesuffix("px").rsplit("-", 1)[-1]
    if cell.data_variant.endswith("px") and digits.isdigit():
        return int(digits)
    return source.pixels


def normalised_layers(
    model: Entry, arguments: Mapping[str, Any], pixels: int
) -> Iterator[tuple[int, int]]:
    """(channels, image side) of the layers that a model normalises, as its registration says."""
    widths = model.description["widths"]
    if widths is None:
        return
    halvings = model.description["halvings"]
    base = argument_value(model, arguments, widths["argument"])
    if isinstance(halvings, Mapping):
        halvings = len(argument_value(model, arguments, halvings["length_of"])) - 1
    stages = max(halvings + 1, len(widths["multiples"]))
    for stage in range(stages):
        multiple = widths["multiples"][min(stage, len(widths["multiples"]) - 1)]
        side = pixels
        for _ in range(min(stage, halvings)):
            side = -(-side // 2)
        yield base * multiple, side


def _check_schedule(choice: Choice, epochs: int, interval: float, where: str) -> None:
    if error := _schedule_error(choice, epochs, interval):
        raise InputError(f"{where}: {error}")


@lru_cache(maxsize=4096)
def _schedule_error(choice: Choice, epochs: int, interval: float) -> str | None:
    """What a schedule that has no value somewhere says, asked along the run and at its last update,
    after made-up losses that stay and change."""
    updates = CHECKS_AN_EPOCH * epochs
    arguments = choice.arguments
    losses = tuple(1.0 + epoch // 2 % 2 for epoch in range(epochs))
    apart = max(CHECKED_UPDATES, -(-updates // MOST_CHECKS))
    for update in sorted({*range(0, updates, apart), updates - 1}):
        epoch = update / CHECKS_AN_EPOCH
        progress = Progress(epoch, epochs, update, updates, losses[: int(epoch)]).held(interval)
        try:
            value = schedules[choice.name](progress, **arguments)
        except InputError as error:
            return str(error)
        except (TypeError, ValueError, ArithmeticError, KeyError, AttributeError) as error:
            return f"schedule {choice.name!r} gives no value with {choice.arguments} ({error})"
        if not isinstance(value, int | float) or not 0 <= value < float("inf"):
            return (
                f"expected a schedule with values of 0 or more, found {value!r} at epoch "
                f"{progress.epoch:g}"
            )
    return None
