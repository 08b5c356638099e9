"""The cell: the complete description of one training run, and its address."""

import dataclasses
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from reprise.inventory import Entry, find
from reprise.studies.canonical import canonical_numbers, digest, one_line
from reprise.studies.choice import Choice
from reprise.studies.run_folders import seed_folder, settings_folder
from reprise.studies.scores import DEFAULT_TASK

# The registries behind a cell's fields. `momentum` may be a plain number instead.
CHOICES = {
    "model": "model",
    "norm": "norm",
    "optimizer": "optimizer",
    "schedule": "schedule",
    "loss": "loss",
}
# Fields of a cell that may be schedules.
SCHEDULED = ("schedule", "momentum", "batch_size_schedule")
DEFAULT_LOSS = Choice("cross_entropy")
FLOAT32, TFLOAT32, BFLOAT16 = "float32", "tfloat32", "bfloat16"


@dataclass(frozen=True)
class Normalisation:
    """Pixels scaled to 0-1 become (pixel - mean) / std, alike in every channel."""

    mean: float
    std: float


@dataclass(frozen=True)
class Cell:
    """One training run, completely described.

    Attributes:
        dataset, data_variant: which prepared data set; the variant tells copies apart.
        pixels: side of its images, where as published it is not that of the data set; of a cell as
            run the variant says it.
        train_images, test_images: how many images of it are used (None: all).
        momentum: a number, or a schedule of the momentum.
        epochs: length of the run.
        batch_size_schedule: the batch size of each epoch; ``batch_size`` is that of the first
            (None: of all).
        schedule_interval: epochs over which a scheduled value is held; 1: it changes from epoch
            to epoch, 0: at every update.
        augmentation: applied in this order, to training images only.
        normalisation: None: with the data set's own mean and standard deviation by channel.
        precision: number format of convolutions and matrix products, "float32", "tfloat32" or
            "bfloat16" (None: the study leaves it open, and without a word of the configuration it
            is float32).
        validation_share: share of the training images that is held out for validation, equal in
            every class; 0: the test images serve for validation.
        training_mode_epochs: epochs in which the model is in training mode, so that dropout acts;
            in later ones it trains in evaluation mode (None: all are in training mode).
        stop_below_change: the run stops once its validation loss differs from that of two epochs
            before by less than this; 0: never.
        micro_batch_size: images whose gradients are computed at once; those of a larger batch are
            accumulated over so many at a time (None: over the whole batch at once).
        weights: those that the network starts from, by their name in config/weights.yaml, to which
            a cell as run adds a digest of what they are (None: it starts at random).
        task: what is learned; that of the data set.
        seed: fixes initialisation, data order, augmentation and dropout as separate streams.
    """

    dataset: str
    model: Choice
    norm: Choice
    optimizer: Choice
    schedule: Choice
    momentum: float | Choice
    batch_size: int
    epochs: int
    batch_size_schedule: Choice | None = None
    schedule_interval: float = 1.0
    augmentation: tuple[Choice, ...] = ()
    loss: Choice = DEFAULT_LOSS
    normalisation: Normalisation | None = None
    precision: str | None = None
    validation_share: float = 0.0
    training_mode_epochs: int | None = None
    stop_below_change: float = 0.0
    data_variant: str = "official"
    pixels: int | None = None
    train_images: int | None = None
    test_images: int | None = None
    micro_batch_size: int | None = None
    weights: str | None = None
    task: str = DEFAULT_TASK
    seed: int = 0

    @property
    def computed_in(self) -> str:
        """The number format of convolutions and matrix products."""
        return self.precision or FLOAT32

    def in_precision(self, precision: str) -> "Cell":
        """The cell in a number format, unless its study asks for one.

        In float32 it is the cell itself, whose address names no format.
        """
        if self.precision is not None or precision == FLOAT32:
            return self
        return dataclasses.replace(self, precision=precision)

    def plain(self) -> dict[str, Any]:
        """Plain data; fields at their default are left out, so that a new field with a default
        changes no existing cell's address."""
        plain: dict[str, Any] = {}
        for field in dataclasses.fields(self):
            value = getattr(self, field.name)
            if value == field.default and field.name != "data_variant":
                continue
            plain[field.name] = _plain_value(value)
        return plain

    @classmethod
    def of(cls, plain: Mapping[str, Any], where: str = "cell") -> "Cell":
        """The inverse of ``plain``; numbers of the right size are taken as written."""
        values = dict(plain)
        for name in CHOICES:
            if name in values:
                values[name] = Choice.of(values[name], f"{where}.{name}")
        for name in ("momentum", "batch_size_schedule"):
            if isinstance(values.get(name), Mapping | str):
                values[name] = Choice.of(values[name], f"{where}.{name}")
        for name in ("momentum", "validation_share", "stop_below_change"):
            if isinstance(values.get(name), int | float):
                values[name] = float(values[name])
        if isinstance(values.get("normalisation"), Mapping):
            values["normalisation"] = Normalisation(**values["normalisation"])
        for name in ("batch_size", "epochs", "seed"):
            if name in values:
                values[name] = int(values[name])
        values["augmentation"] = tuple(
            Choice.of(step, f"{where}.augmentation") for step in values.get("augmentation", ())
        )
        return cls(**values)

    def canonical(self, *, without: tuple[str, ...] = ()) -> str:
        """One line of JSON, the same for equal cells on every machine."""
        if not without:
            return self._canonical
        kept = {key: value for key, value in self._plain_numbers.items() if key not in without}
        return one_line(kept)

    @cached_property
    def _canonical(self) -> str:
        return one_line(self._plain_numbers)

    @property
    def _plain_numbers(self) -> dict[str, Any]:
        """``plain`` with canonical numbers; as there, a seed of 0 is left out."""
        shared = self._seedless._shared_numbers
        return {**shared, "seed": self.seed} if self.seed else shared

    def with_seed(self, seed: int) -> "Cell":
        """The same run with another seed.

        Both share what does not depend on the seed, which is computed once for all seeds.
        """
        cell = dataclasses.replace(self, seed=seed)
        cell.__dict__["_seedless"] = self._seedless
        return cell

    @cached_property
    def _seedless(self) -> "Cell":
        return self if self.seed == 0 else dataclasses.replace(self, seed=0)

    @cached_property
    def _shared_numbers(self) -> dict[str, Any]:
        return canonical_numbers(self.plain())

    @cached_property
    def published_id(self) -> str:
        """Names the cell as published, whatever copy of the data and seed it ran with."""
        return digest(self.canonical(without=("data_variant", "seed")), 12)

    @cached_property
    def folder(self) -> str:
        """The cell's folder relative to ``results/<scale>``."""
        return seed_folder(self._seedless._shared_folder, self.seed)

    @cached_property
    def _shared_folder(self) -> str:
        variant = "-".join(
            (
                self.dataset,
                self.data_variant,
                f"{self.epochs}epochs",
                digest(self.canonical(without=("seed",)), 8),
            )
        )
        return settings_folder(
            model=_readable(self.model),
            norm=_readable(self.norm),
            schedule=_readable(self.schedule, leave_out=("learning_rate",)),
            batch_size=self.batch_size,
            variant=variant,
        )

    def choices(self, where: str = "cell") -> Iterator[tuple[str, Choice, Entry]]:
        """Key, choice and registry entry of everything that the cell names, choices within
        choices included.

        Raises:
            InputError: a name is not registered.
        """
        named = [(key, kind, getattr(self, key)) for key, kind in CHOICES.items()]
        named += [
            (key, "schedule", getattr(self, key))
            for key in SCHEDULED[1:]
            if isinstance(getattr(self, key), Choice)
        ]
        named += [
            (f"augmentation[{number}]", "augmentation", step)
            for number, step in enumerate(self.augmentation)
        ]
        # Naming what most cells share would give all of them another fingerprint.
        if self.task != DEFAULT_TASK:
            named.append(("task", "task", Choice(self.task)))
        for key, kind, choice in named:
            yield from with_nested(key, kind, choice, where)

    def entries(self, where: str = "cell") -> dict[str, Entry]:
        """The registry entries that the cell uses, by the key that names them.

        Raises:
            InputError: a name is not registered.
        """
        return {key: entry for key, _, entry in self.choices(where)}


def with_nested(
    key: str, kind: str, choice: Choice, where: str
) -> Iterator[tuple[str, Choice, Entry]]:
    """A choice and those among its arguments: a registration says ``choices={argument: kind}``."""
    entry = find(kind, choice.name, f"{where}.{key}")
    yield key, choice, entry
    for argument, nested_kind in entry.description.get("choices", {}).items():
        if argument in choice.arguments:
            nested_key = f"{key}.{argument}"
            nested = Choice.of(choice.arguments[argument], f"{where}.{nested_key}")
            yield from with_nested(nested_key, nested_kind, nested, where)


def _plain_value(value: Any) -> Any:
    if isinstance(value, Choice):
        return value.plain()
    if isinstance(value, Normalisation):
        return dataclasses.asdict(value)
    if isinstance(value, tuple):
        return [_plain_value(item) for item in value]
    return value


def _readable(choice: Choice, leave_out: tuple[str, ...] = ()) -> str:
    """A folder name such as ``group_groups4``; the variant's hash makes addresses unique."""
    parts = [choice.name]
    for key, value in sorted(choice.arguments.items()):
        if key in leave_out:
            continue
        if isinstance(value, dict) and "name" in value:
            parts.append(str(value["name"]))
            continue
        items = value if isinstance(value, list) else [value]
        if all(isinstance(item, int | float | str | bool) for item in items):
            text = ".".join(f"{item:g}" if isinstance(item, float) else str(item) for item in items)
            parts.append(f"{key}{text}")
        else:
            parts.append(key)
    return re.sub(r"[^A-Za-z0-9_.+-]", "", "_".join(parts))[:80]
