"""How YAML writes a metric: the name of a column, or a measure of a learning curve.

What each form of a measure means stands in ``reprise.analysis.measures``.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.scores import DEFAULT_TASK, known_scores, known_tasks, scores_of

Metric = str | Mapping[str, Any]
"""The name of a column, or a measure."""

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
# The keys of each form beside ``series``; one form a measure.
FORMS = ({"epoch", "window"}, {"from", "to"}, {"settled"}, {"near_best"})
# The rules by which a curve has arrived, with the keys that each needs and takes.
ARRIVALS = {"settled": ({"change", "epochs"}, set()), "near_best": ({"within"}, {"shift"})}


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


def metric_name(metric: Metric) -> str:
    """How a metric is called in a sentence, and by which two metrics are the same."""
    if isinstance(metric, str):
        return metric
    details = " ".join(_words(key, value) for key, value in metric.items() if key != "series")
    return f"{metric.get('series')} ({details})"


def depends_on_report(metric: Any) -> bool:
    """Whether a metric has another value where other epochs are reported."""
    names = {*known_reported_series(), *DIFFERENCES}
    return isinstance(metric, str) and metric in names


def check_measure(metric: Any, where: str) -> None:
    """Check a metric that YAML writes as a mapping; one that is a name is left to its runs.

    Raises:
        InputError: an unknown series, keys that make no measure, or a value that is no number.
    """
    if not isinstance(metric, Mapping):
        return
    check_series(metric.get("series"), f"{where}.series")
    keys = metric.keys() - {"series"}
    if not any(keys and keys <= form for form in FORMS) or keys == {"window"}:
        raise InputError(
            f"{where}: expected one of the keys epoch, from, to, {', '.join(ARRIVALS)} beside "
            f"'series' (window with epoch), found {', '.join(sorted(keys)) or 'none'}"
        )
    check_arrival(metric, where)
    for key in keys - ARRIVALS.keys():
        _check_number(metric[key], f"{where}.{key}")


def check_series(name: Any, where: str) -> None:
    """Check the name of a column of the histories.

    Raises:
        InputError: there is none of that name.
    """
    if name not in known_series():
        known = choose_among(name, known_series())
        raise InputError(f"{where}: unknown series {name!r}; {known}")


def check_arrival(form: Mapping[str, Any], where: str) -> None:
    """Check the rules of convergence that a measure or a claim gives.

    Raises:
        InputError: one is no mapping of its keys to numbers.
    """
    for name, (needed, further) in ARRIVALS.items():
        if name not in form:
            continue
        rule = form[name]
        if not isinstance(rule, Mapping) or not needed <= set(rule) <= needed | further:
            keys = " and ".join(sorted(needed))
            also = f" (and perhaps {', '.join(sorted(further))})" if further else ""
            raise InputError(f"{where}.{name}: expected the keys {keys}{also}, found {rule!r}")
        for key in needed:
            _check_number(rule[key], f"{where}.{name}.{key}")
        for key in further & set(rule):
            if not isinstance(rule[key], int) or isinstance(rule[key], bool):
                raise InputError(
                    f"{where}.{name}.{key}: expected a whole number of epochs, found {rule[key]!r}"
                )


def _check_number(value: Any, where: str) -> None:
    if not isinstance(value, int | float) or isinstance(value, bool) or value < 0:
        raise InputError(f"{where}: expected a number of 0 or more, found {value!r}")


def _words(key: str, value: Any) -> str:
    inner = value.items() if isinstance(value, Mapping) else ()
    return " ".join([key, *(_words(*item) for item in inner)]) if inner else f"{key} {value}"
