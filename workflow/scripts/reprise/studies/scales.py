"""A scale: a named size of the runs, and what it does to a study's cells."""

import dataclasses
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import find
from reprise.studies.yaml_files import read_yaml, validate


@dataclass(frozen=True)
class Overlay:
    """The part of a scale that may differ from study to study.

    ``pixels`` is the image side of single models, by name, that need larger images than others, and
    ``rates`` what the learning rates of single models are multiplied with. ``tasks`` replaces all
    these for data of single tasks, by name; there ``left_out`` says why no cell of the task is run,
    and is None where they are. ``datasets`` replaces them for cells that are published on single
    data sets, and ``weights`` for cells that start from single weights, where it may name others
    (``weights``) that stand in, or None for a start at random.
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
        own = {side for part in self._parts for side in part.pixels.values()}
        return self._values_in_data("pixels") | own

    @property
    def class_counts(self) -> set[int | None]:
        """All numbers of classes that it has cells learn; None is all of them."""
        return self._values_in_data("classes")

    def _values_in_data(self, key: str) -> set[int | None]:
        return {None} | {part.data.get(key) for part in self._parts if part.data}

    @property
    def _parts(self) -> list["Overlay"]:
        parts = [*self.tasks.values(), *self.datasets.values(), *self.weights.values()]
        return [self, *(self._with(part) for part in parts)]


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


def check_datasets(scale: Scale, datasets_there: Iterable[str], where: str) -> None:
    """Look whether a scale says something of data sets that there are.

    Raises:
        InputError: it names another one.
    """
    parts = {"": scale.common.datasets} | {
        f"studies.{study}.": part.get("datasets", {}) for study, part in scale.studies.items()
    }
    for key, datasets in parts.items():
        for dataset in datasets:
            if dataset not in datasets_there:
                raise InputError(
                    f"{where}: {scale.name}.{key}datasets: unknown data set {dataset!r}; "
                    f"{choose_among(dataset, datasets_there)}"
                )
