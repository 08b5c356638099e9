"""Scales: how a cell as published becomes a cell as run."""

import dataclasses
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from reprise.errors import InputError, choose_among
from reprise.inventory import argument_value, find
from reprise.studies.cell import SCHEDULED, Cell
from reprise.studies.choice import Choice
from reprise.studies.yaml_files import read_yaml, validate

SMALLEST_BATCH = 2
LARGEST_BATCH_SHARE = Fraction(1, 2)
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


class DataSource(Protocol):
    """What scaling needs to know of a data set (``reprise.data.sources.Source`` is one)."""

    task: str
    train_images: int
    pixels: int
    variant: str
    in_place_of: Mapping[str, Any]

    def resized(self, pixels: int | None) -> "DataSource":
        """The data set with images of another side, as a variant of its own."""


@dataclass(frozen=True)
class Overlay:
    """The part of a scale that may differ from study to study.

    ``pixels`` is the image side of single models, by name, that need larger images than others, and
    ``rates`` what the learning rates of single models are multiplied with. ``tasks`` replaces all
    these for data of single tasks, by name; there ``left_out`` says why no cell of the task is run,
    and is None where they are. ``datasets`` replaces them for cells that are published on single
    data sets, and ``weights`` for cells that start from single weights, where it may name others
    (``weights``) that stand in.
    """

    data: Mapping[str, Any] | None = None
    epochs: Mapping[str, Any] = field(default_factory=lambda: {"factor": 1, "minimum": 1})
    batches: Mapping[str, Any] = field(default_factory=lambda: {"factor": 1})
    models: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    pixels: Mapping[str, int] = field(default_factory=dict)
    rates: Mapping[str, float] = field(default_factory=dict)
    left_out: str | None = None
    tasks: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    datasets: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    weights: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)

    def for_data(self, dataset: str, task: str, weights: str | None = None) -> "Overlay":
        """What holds for a published data set of a task, and for cells that start from weights;
        what is said of the weights comes first, and then what is said of the data set."""
        parts = (self.tasks.get(task), self.datasets.get(dataset), self.weights.get(weights))
        return self._with(*(part for part in parts if part))

    def _with(self, *parts: Mapping[str, Any]) -> "Overlay":
        own = {key: value for part in parts for key, value in part.items() if key != "weights"}
        return dataclasses.replace(self, **own, tasks={}, datasets={}, weights={})

    @property
    def sides(self) -> set[int | None]:
        """All image sides at which it has cells run; None is the native one."""
        common = self.data.get("pixels") if self.data else None
        parts = [*self.tasks.values(), *self.datasets.values(), *self.weights.values()]
        further = (self._with(part).sides for part in parts)
        return {None, common, *self.pixels.values()}.union(*further)


@dataclass(frozen=True)
class Scale:
    """A named size of the runs; ``overlay(study)`` says what it does to that study's cells.

    ``rung`` is its place on the ladder of evidence (see ``reprise.studies.rungs``).
    ``forked_jobs``: whether cells are so small that their jobs share the start of a process.
    """

    name: str
    title: str
    description: str
    rung: str
    label: str
    verdicts: bool
    seeds: int
    precision: str
    forked_jobs: bool
    common: Overlay
    studies: Mapping[str, Mapping[str, Any]]

    def overlay(self, study: str) -> Overlay:
        """The common overlay with the study's replacements."""
        return dataclasses.replace(self.common, **self.studies.get(study, {}))


def load_scale(name: str, path: Path, precision: str | None = None) -> Scale:
    """Read one scale of config/scales.yaml.

    Args:
        name: of the scale.
        path: the file.
        precision: the number format in place of what the scale proposes.

    Raises:
        InputError: the file is not as the schema says, or has no such scale.
    """
    scales = validate(read_yaml(path), "scales", str(path))
    if name not in scales:
        raise InputError(f"config: scale: unknown scale {name!r}; {choose_among(name, scales)}")
    values = dict(scales[name])
    own = [field.name for field in dataclasses.fields(Overlay) if field.name in values]
    common = Overlay(**{key: values.pop(key) for key in own})
    for key in ("models", "pixels", "rates"):
        for model in getattr(common, key):
            find("model", model, f"{path.name}: {name}.{key}")
    if precision is not None:
        values["precision"] = precision
    return Scale(name=name, common=common, **values)


def check_datasets(scale: Scale, known: Iterable[str], where: str) -> None:
    """Look whether a scale says something of data sets that there are.

    Raises:
        InputError: it names another one.
    """
    parts = {"": scale.common.datasets} | {
        f"studies.{study}.": part.get("datasets", {}) for study, part in scale.studies.items()
    }
    for key, datasets in parts.items():
        for dataset in datasets:
            if dataset not in known:
                raise InputError(
                    f"{where}: {scale.name}.{key}datasets: unknown data set {dataset!r}; "
                    f"{choose_among(dataset, known)}"
                )


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
    pixel_ratio = Fraction(data.pop("side"), cell.pixels or published.pixels)
    images = data["train_images"] or sources[data["dataset"]].train_images
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
        "updates": partial(_whole, update_ratio),
        "pixels": partial(_whole, pixel_ratio),
        IMAGES: batch_size,
    }
    stands_in = data["dataset"] != cell.dataset
    in_place_of = sources[data["dataset"]].in_place_of if stands_in else {}
    updates = batches_run * epochs
    norm = _reaching_back(scale_arguments("norm", cell.norm, scalings), update_ratio, updates)
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
        norm=_with_groups_of(model, cell, norm),
        optimizer=scale_arguments("optimizer", cell.optimizer, scalings),
        **_schedules(cell, scalings, overlay.rates.get(cell.model.name)),
    )


def _schedules(cell: Cell, scalings: Mapping[str, Scaling], rate: float | None) -> dict[str, Any]:
    """The schedules of a cell, by field, with learning rates multiplied by ``rate``."""
    found = {name: scale_arguments("schedule", getattr(cell, name), scalings) for name in SCHEDULED}
    if rate is not None:
        arguments = {"factor": rate, "schedule": found["schedule"].plain()}
        found["schedule"] = Choice("times").replacing(**arguments)
    return found


def _model_run(published: Choice, overlay: Overlay) -> Choice:
    """The model with the overlay's arguments in place of its own, or another one where they name
    it."""
    own = overlay.models.get(published.name, {})
    return Choice.of({**published.plain(), **own}, f"config/scales.yaml: models.{published.name}")


def _reaching_back(norm: Choice, update_ratio: Fraction, updates: int) -> Choice:
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


def _with_groups_of(model: Choice, cell: Cell, norm: Choice) -> Choice:
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
    fewer = partial(_whole, Fraction(run, published))
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


def _whole_epochs(epochs: int | None, ratio: Fraction) -> int | None:
    return None if epochs is None else max(1, round(epochs * ratio))


def _data_run(cell: Cell, overlay: Overlay, sources: Mapping[str, DataSource]) -> dict[str, Any]:
    """The data fields of the run cell, and the side of its images in pixels."""
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
    source = sources[dataset].resized(side)
    wanted_images = (wanted.get("train_images"), source.train_images)
    wanted_tests = (wanted.get("test_images"), source.test_images)
    return {
        "dataset": dataset,
        "data_variant": source.variant,
        "pixels": None,
        "side": source.pixels,
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
        key: found.plain()
        for key, found in nested.items()
        if found != Choice.of(step.arguments[key], key)
    }
    return step.replacing(**changed) if changed else step


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
            found = scale_arguments(choices[key], nested, scalings)
            return value if found == nested else found.plain()
        if isinstance(value, dict):
            return {name: scaled(name, item) for name, item in value.items()}
        if isinstance(value, list):
            return [scaled(key, item) for item in value]
        if key not in units or isinstance(value, bool) or not isinstance(value, int | float):
            return value
        return scalings[units[key]](value) if value else value

    return choice.replacing(**{key: scaled(key, value) for key, value in choice.arguments.items()})


def _whole(ratio: Fraction, value: int | float) -> int | float:
    """A multiple as a whole number, at least 1."""
    return value if ratio == 1 else max(1, round(value * ratio))


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
