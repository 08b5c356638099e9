"""How a cell as published becomes a cell as run at a scale."""

import dataclasses
import math
from collections.abc import Iterable, Mapping
from fractions import Fraction
from functools import partial
from typing import Any, Protocol

from reprise.errors import InputError, choose_among
from reprise.studies.cell import SCHEDULED, Cell
from reprise.studies.choice import Choice
from reprise.studies.scaled_choices import (
    IMAGES,
    Scaling,
    fitting,
    images_of_a_group,
    reaching_back,
    scale_arguments,
    whole,
    with_groups_of,
)
from reprise.studies.scales import Overlay

SMALLEST_BATCH = 2
LARGEST_BATCH_SHARE = Fraction(1, 2)


class DataSource(Protocol):
    """What scaling needs to know of a data set (``reprise.data.sources.Source`` is one)."""

    task: str
    train_images: int
    pixels: int
    variant: str
    in_place_of: Mapping[str, Any]

    def resized(self, pixels: int | None) -> "DataSource":
        """The data set with images of another side, as a variant of its own."""

    def of_first_classes(self, count: int | None) -> "DataSource":
        """The images of its first classes alone, as a variant of its own."""


def scale_cell(cell: Cell, overlay: Overlay, sources: Mapping[str, DataSource]) -> Cell:
    """The cell as run.

    Every argument measured in epochs is multiplied by epochs run / epochs published, every one
    measured in updates by updates run / published (those of a constant batch size), every one
    measured in pixels by pixels run / published, and batch sizes, also those measured in images, by
    the scale's own factor (see ``scale_batch_size``). Learning rates stay, but for models with a
    factor of their own. Where a model is narrower than published, the groups of channels of its
    norm are as many times fewer. An augmentation that would change what an image of the data run
    shows gives way to what that data set puts in its place. The cell learns what its published data
    set says, and the overlay's own parts for that task, that data set and its weights hold.

    Args:
        sources: all data sets by name.
    """
    published = sources[cell.dataset]
    cell = dataclasses.replace(cell, task=published.task)
    stand_in = overlay.weights.get(cell.weights, {}).get("weights", cell.weights)
    overlay = overlay.for_data(cell.dataset, cell.task, cell.weights)
    data = _data_run(cell, overlay, sources)
    data_run = data.pop("source")
    pixel_ratio = Fraction(data_run.pixels, cell.pixels or published.pixels)
    images = data["train_images"] or data_run.train_images
    batch_size = partial(
        scale_batch_size,
        batches=overlay.batches,
        images=images,
        published_images=published.train_images,
    )
    batches_published = math.ceil(published.train_images / cell.batch_size)
    batches_run = math.ceil(images / batch_size(cell.batch_size))
    epochs = scale_epochs(cell.epochs, overlay, batches_run)
    epoch_ratio = Fraction(epochs, cell.epochs)
    update_ratio = epoch_ratio * Fraction(batches_run, batches_published)
    scalings: dict[str, Scaling] = {
        "epochs": lambda value: value if epoch_ratio == 1 else float(value * epoch_ratio),
        "updates": partial(whole, update_ratio),
        "pixels": partial(whole, pixel_ratio),
        IMAGES: batch_size,
    }
    stands_in = data["dataset"] != cell.dataset
    in_place_of = data_run.in_place_of if stands_in else {}
    updates = batches_run * epochs
    norm = reaching_back(scale_arguments("norm", cell.norm, scalings), update_ratio, updates)
    model = _model_run(cell.model, overlay)
    return dataclasses.replace(
        cell,
        **data,
        batch_size=batch_size(cell.batch_size),
        micro_batch_size=_micro_batch_size(cell, norm, batch_size),
        weights=stand_in,
        epochs=epochs,
        schedule_interval=float(cell.schedule_interval * epoch_ratio),
        training_mode_epochs=_whole_epochs(cell.training_mode_epochs, epoch_ratio),
        model=model,
        augmentation=tuple(
            fitted
            for step in cell.augmentation
            if (fitted := fitting(scale_arguments("augmentation", step, scalings), in_place_of))
        ),
        norm=with_groups_of(model, cell, norm),
        optimizer=scale_arguments("optimizer", cell.optimizer, scalings),
        **_schedules(cell, scalings, overlay.rates.get(cell.model.name)),
    )


def _schedules(cell: Cell, scalings: Mapping[str, Scaling], rate: float | None) -> dict[str, Any]:
    """The schedules of a cell, by field, with learning rates multiplied by ``rate``."""
    scaled = {
        name: scale_arguments("schedule", getattr(cell, name), scalings) for name in SCHEDULED
    }
    if rate is not None:
        scaled["schedule"] = times_a_factor(scaled["schedule"], rate)
    return scaled


def times_a_factor(schedule: Choice, factor: float) -> Choice:
    """A schedule with its learning rates multiplied by a factor."""
    return Choice("times").replacing(factor=factor, schedule=schedule.plain())


def _model_run(published: Choice, overlay: Overlay) -> Choice:
    """The model with the overlay's arguments in place of its own, or another one where they name
    it."""
    own = overlay.models.get(published.name, {})
    return Choice.of({**published.plain(), **own}, f"config/scales.yaml: models.{published.name}")


def _micro_batch_size(cell: Cell, norm: Choice, batch_size: Scaling) -> int | None:
    """As many groups of images that the norm run takes together as published; where it takes none,
    scaled as a batch is."""
    if cell.micro_batch_size is None:
        return None
    groups = images_of_a_group(cell.norm)
    if not groups:
        return batch_size(cell.micro_batch_size)
    return max(
        cell.micro_batch_size // size * images_of_a_group(norm)[key] for key, size in groups.items()
    )


def _whole_epochs(epochs: int | None, ratio: Fraction) -> int | None:
    return None if epochs is None else max(1, round(epochs * ratio))


def _data_run(cell: Cell, overlay: Overlay, sources: Mapping[str, DataSource]) -> dict[str, Any]:
    """The data fields of the run cell, and its data set of this size."""
    wanted = overlay.data or {}
    dataset = wanted.get("dataset") or cell.dataset
    if dataset not in sources:
        raise InputError(
            f"config/scales.yaml: data.dataset: unknown data set {dataset!r}; "
            f"{choose_among(dataset, sources)}"
        )
    if sources[dataset].task != cell.task:
        raise InputError(
            f"config/scales.yaml: expected data for the task {cell.task} under `tasks` in place of "
            f"{cell.dataset}, found {dataset}, which is for {sources[dataset].task}"
        )
    own = cell.pixels if dataset == cell.dataset else None
    side = overlay.pixels.get(cell.model.name, wanted.get("pixels") or own)
    source = sources[dataset].resized(side).of_first_classes(wanted.get("classes"))
    wanted_images = (wanted.get("train_images"), source.train_images)
    wanted_tests = (wanted.get("test_images"), source.test_images)
    return {
        "dataset": dataset,
        "data_variant": source.variant,
        "pixels": None,
        "source": source,
        "train_images": _part(*wanted_images),
        "test_images": _part(*wanted_tests),
    }


def _part(wanted: int | None, there: int) -> int | None:
    """As many images as are wanted; None, which is all of them, where there are no more."""
    return wanted if wanted and wanted < there else None


def scale_epochs(epochs: int, overlay: Overlay, batches: int) -> int:
    """Epochs run for ``epochs`` published: the rounded multiple, at least the minimum, and never
    more than the maximum, where there is one, or than published.

    ``most_updates`` of a run, where there is such a limit, leaves fewer than the minimum where an
    epoch has many ``batches``, and at least one.
    """
    rule = overlay.epochs
    run = max(rule["minimum"], round(epochs * rule["factor"]))
    run = min(epochs, run, rule.get("maximum") or epochs)
    most_updates = rule.get("most_updates")
    return min(run, max(1, most_updates // batches)) if most_updates else run


def scale_batch_size(
    batch_size: int, batches: Mapping[str, Any], images: int, published_images: int
) -> int:
    """The batch size at a scale, on ``images`` training images.

    The scale's factor times a power of the published size, at least 2, never more than published,
    and on fewer images than published at most half of them. A power below 1 brings sizes nearer to
    each other and keeps their order. No factor can keep small batches apart by itself (8 and 16
    would both become 2 of a tenth), so a batch never falls below one plus its binary logarithm:
    doublings stay at least one apart. One image stays one: nothing is averaged over it.
    """
    if batch_size == 1:
        return batch_size
    fewest = min(batch_size, max(SMALLEST_BATCH, 1 + math.floor(math.log2(batch_size))))
    scaled = batches["factor"] * batch_size ** batches.get("power", 1)
    run = min(batch_size, max(fewest, round(scaled)))
    if images >= published_images:
        return run
    return min(run, max(SMALLEST_BATCH, math.floor(images * LARGEST_BATCH_SHARE)))


def check_injective(pairs: Iterable[tuple[Cell, Cell]], where: str) -> None:
    """Refuse a scale that maps two published cells to one run cell.

    Args:
        pairs: (published, run) cells.

    Raises:
        InputError: names the two published cells and what differs between them.
    """
    published_by_run: dict[Cell, Cell] = {}
    for published, run in pairs:
        other = published_by_run.setdefault(run, published)
        if other != published:
            before, after = other.plain(), published.plain()
            differing = sorted(
                k for k in before.keys() | after.keys() if before.get(k) != after.get(k)
            )
            raise InputError(
                f"{where}: two different published cells become the same run; they differ in "
                + ", ".join(f"{k} ({before.get(k)} and {after.get(k)})" for k in differing)
            )
