"""How YAML writes a metric: the name of a column, or a measure of a learning curve.

    {series: test_accuracy, epoch: 5}            the value after epoch 5 (counted from 1)
    {series: test_accuracy, epoch: 5, window: 3} the mean of the 3 epochs centred there
    {series: test_accuracy, from: 0, to: 0.1}    the mean over a share of the run's epochs
    {series: test_accuracy, settled: {change: 0.9, epochs: 4}}
                                                 epochs before the first stretch of 4 over which
                                                 the absolute changes add up to less than 0.9
    {series: test_accuracy, near_best: {within: 0.05, shift: -2}}
                                                 the first epoch within 0.05 of the run's own
                                                 best, plus the shift

``epoch`` and ``window`` are published epochs: in a run that a scale shortens they stand for the
same share of it (``at_scale``). ``reprise.analysis.measures`` takes measures from curves.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.scores import DEFAULT_TASK, known_scores, known_tasks, scores_of

DEFAULT_METRIC = "test_accuracy"
# In place of a value, for runs that diverged.
LEFT_OUT = "left out"
# The columns of history.csv beside those of losses and scores.
FURTHER_SERIES = (
    "epoch", "learning_rate", "momentum", "batch_size", "updates", "seconds", "images_per_second",
)  # fmt: skip
# Metrics that are the difference of two columns, the first minus the second.
DIFFERENCES = {"generalisation_gap": ("train_accuracy", "test_accuracy")}
# The numbers that every training run has, whatever its task.
COMMON_METRICS = (
    "epochs", "updates", "parameters", "images_per_second", "wall_seconds", "processor_seconds",
)  # fmt: skip


def reported_series(task: str = DEFAULT_TASK) -> tuple[str, ...]:
    """The columns of a history of which the metrics of a run hold a value at the epochs that are
    reported: scores and loss of every split.

    Raises:
        InputError: there is no such task.
    """
    names = (*(score.name for score in scores_of(task)), "loss")
    return tuple(f"{split}_{name}" for split in ("test", "validation", "train") for name in names)


@cache
def known_reported_series() -> tuple[str, ...]:
    """Those of all tasks, each once."""
    return tuple(dict.fromkeys(name for task in known_tasks() for name in reported_series(task)))


@cache
def known_series() -> tuple[str, ...]:
    """All columns that a history may have."""
    return (*FURTHER_SERIES, *known_reported_series())


def trained_metrics(tasks: Iterable[str] = (DEFAULT_TASK,)) -> frozenset[str]:
    """The numbers that training runs of some tasks have."""
    reported = {name for task in tasks for name in reported_series(task)}
    differences = {name for name, pair in DIFFERENCES.items() if reported.issuperset(pair)}
    return frozenset({*reported, *differences, *COMMON_METRICS})


def main_series(columns: Iterable[str]) -> str | None:
    """The first column of a history that is a task's score of the test images; None without one."""
    present = set(columns)
    names = (f"test_{score.name}" for score in known_scores())
    return next((name for name in names if name in present), None)


def depends_on_report(metric: Any) -> bool:
    """Whether a metric has another value where other epochs are reported."""
    names = {*known_reported_series(), *DIFFERENCES}
    return isinstance(metric, str) and metric in names


def check_series(name: Any, where: str) -> None:
    """Check the name of a column of the histories.

    Raises:
        InputError: there is none of that name.
    """
    if name not in known_series():
        suggestion = choose_among(name, known_series())
        raise InputError(f"{where}: unknown series {name!r}; {suggestion}")


@dataclass(frozen=True, kw_only=True)
class Settled:
    """A curve arrives before the first stretch of ``epochs`` epochs over which its absolute changes
    add up to less than ``change``, in the unit of the series."""

    change: float
    epochs: float

    @classmethod
    def of(cls, content: Any, where: str) -> "Settled":
        """Read the rule from YAML.

        Raises:
            InputError: it is no mapping of its keys to numbers.
        """
        _check_rule(content, {"change", "epochs"}, set(), where)
        return cls(**content)

    def plain(self) -> dict[str, float]:
        """The mapping that YAML would hold."""
        return {"change": self.change, "epochs": self.epochs}


@dataclass(frozen=True, kw_only=True)
class NearBest:
    """A curve arrives at the first epoch no farther than ``within`` from its own best, in the unit
    of the series; ``shift`` epochs are added."""

    within: float
    shift: int = 0

    @classmethod
    def of(cls, content: Any, where: str) -> "NearBest":
        """Read the rule from YAML.

        Raises:
            InputError: it is no mapping of its keys to numbers.
        """
        _check_rule(content, {"within"}, {"shift"}, where)
        shift = content.get("shift", 0)
        if not isinstance(shift, int) or isinstance(shift, bool):
            raise InputError(f"{where}.shift: expected a whole number of epochs, found {shift!r}")
        return cls(**content)

    def plain(self) -> dict[str, float]:
        """The mapping that YAML would hold."""
        return {"within": self.within, **({"shift": self.shift} if self.shift else {})}


ArrivalRule = Settled | NearBest
"""When a curve has arrived."""


@dataclass(frozen=True, kw_only=True)
class Measure(ABC):
    """A number that is taken from a learning curve, a column of the history of a run."""

    series: str

    @staticmethod
    def of(content: Mapping[str, Any], where: str) -> "Measure":
        """Read a measure from YAML.

        Raises:
            InputError: an unknown series, keys that make no measure, or a value that is no number.
        """
        check_series(content.get("series"), f"{where}.series")
        keys = content.keys() - {"series"}
        form = next((form for whole, form in FORMS if keys and keys <= whole), None)
        if form is None or keys == {"window"}:
            raise InputError(
                f"{where}: expected one of the keys epoch, from, to, settled, near_best beside "
                f"'series' (window with epoch), found {', '.join(sorted(keys)) or 'none'}"
            )
        return form.read(content, where)

    @classmethod
    @abstractmethod
    def read(cls, content: Mapping[str, Any], where: str) -> "Measure":
        """Read the keys of a form.

        Raises:
            InputError: a value is no number.
        """

    @abstractmethod
    def details(self) -> dict[str, Any]:
        """The keys that YAML would hold beside ``series``."""

    def plain(self) -> dict[str, Any]:
        """The mapping that YAML would hold."""
        return {"series": self.series, **self.details()}

    def at_scale(self, ratio: float) -> "Measure":
        """The measure of a run of this share of its published epochs."""
        return self

    @property
    def name(self) -> str:
        """How a sentence calls it, and by which two measures are the same."""
        return f"{self.series} ({_words(self.details())})"


@dataclass(frozen=True, kw_only=True)
class AtEpoch(Measure):
    """The mean over ``window`` epochs around a published ``epoch``, counted from 1."""

    epoch: float
    window: float = 1

    @classmethod
    def read(cls, content: Mapping[str, Any], where: str) -> "AtEpoch":
        return cls(**_numbers(content, where))

    def details(self) -> dict[str, Any]:
        return {"epoch": self.epoch, **({} if self.window == 1 else {"window": self.window})}

    def at_scale(self, ratio: float) -> "AtEpoch":
        """With its epochs multiplied by epochs run / epochs published, at least 1."""
        epoch, window = (max(1, round(epochs * ratio)) for epochs in (self.epoch, self.window))
        return replace(self, epoch=epoch, window=window)


@dataclass(frozen=True, kw_only=True)
class OverShare(Measure):
    """The mean over a share of the epochs of a run, from ``start`` to ``end``, each from 0 to 1."""

    start: float = 0
    end: float = 1

    @classmethod
    def read(cls, content: Mapping[str, Any], where: str) -> "OverShare":
        said = {"from": 0, "to": 1, **_numbers(content, where)}
        return cls(series=said["series"], start=said["from"], end=said["to"])

    def details(self) -> dict[str, Any]:
        return {"from": self.start, "to": self.end}


@dataclass(frozen=True, kw_only=True)
class Arrival(Measure):
    """The epoch at which a curve has arrived by a rule; all epochs where it never does."""

    rule: ArrivalRule

    @classmethod
    def read(cls, content: Mapping[str, Any], where: str) -> "Arrival":
        name = next(name for name in ARRIVALS if name in content)
        rule = ARRIVALS[name].of(content[name], f"{where}.{name}")
        return cls(series=content["series"], rule=rule)

    def details(self) -> dict[str, Any]:
        name = next(name for name, rule in ARRIVALS.items() if isinstance(self.rule, rule))
        return {name: self.rule.plain()}


ARRIVALS: Mapping[str, type[ArrivalRule]] = {"settled": Settled, "near_best": NearBest}
"""The rules of arrival by the keys of YAML."""

FORMS: tuple[tuple[frozenset[str], type[Measure]], ...] = (
    (frozenset({"epoch", "window"}), AtEpoch),
    (frozenset({"from", "to"}), OverShare),
    *((frozenset({name}), Arrival) for name in ARRIVALS),
)
"""The keys of each form beside ``series``; one form a measure."""

Metric = str | Measure
"""The name of a column, or a measure."""


def metric_of(content: Any, where: str) -> Metric:
    """Read a metric from YAML; whether runs have a column of a name is not looked at.

    Raises:
        InputError: it is neither a name nor a measure.
    """
    if isinstance(content, Mapping):
        return Measure.of(content, where)
    if not isinstance(content, str):
        raise InputError(
            f"{where}: expected the name of a number or a measure of curves, found {content!r}"
        )
    return content


def metric_name(metric: Metric) -> str:
    """How a metric is called in a sentence, and by which two metrics are the same."""
    return metric if isinstance(metric, str) else metric.name


def column_of(metric: Metric) -> str:
    """The column that a metric is, or of whose curve it is a measure."""
    return metric if isinstance(metric, str) else metric.series


def _numbers(content: Mapping[str, Any], where: str) -> dict[str, Any]:
    for key, value in content.items():
        if key != "series":
            _check_number(value, f"{where}.{key}")
    return dict(content)


def _check_rule(content: Any, needed: set[str], further: set[str], where: str) -> None:
    if not isinstance(content, Mapping) or not needed <= set(content) <= needed | further:
        keys = " and ".join(sorted(needed))
        also = f" (and perhaps {', '.join(sorted(further))})" if further else ""
        raise InputError(f"{where}: expected the keys {keys}{also}, found {content!r}")
    for key in needed:
        _check_number(content[key], f"{where}.{key}")


def _check_number(value: Any, where: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise InputError(f"{where}: expected a number of 0 or more, found {value!r}")


def _words(details: Mapping[str, Any]) -> str:
    return " ".join(
        f"{key} {_words(value) if isinstance(value, Mapping) else value}"
        for key, value in details.items()
    )
