"""Schedules made of others: stages of given values or of schedules, a rise before a schedule, and
its values times a factor."""

from collections.abc import Mapping, Sequence
from typing import Any

from reprise.errors import InputError
from reprise.optim.progress import TOLERANCE, Progress
from reprise.optim.schedules import schedules
from reprise.studies.choice import Choice


@schedules.register("stages", units={"milestones": "epochs"})
def stages(progress: Progress, *, values: Sequence[float], milestones: Sequence[float]) -> float:
    """The next one of ``values`` from each milestone on.

    Args:
        progress: the position in the run.
        values: the value before the first milestone, and that from each milestone on.
        milestones: epochs, rising, one fewer than values.

    Raises:
        InputError: another number of milestones, or milestones that do not rise.
    """
    return _staged("stages", progress, values, milestones)


@schedules.register("batch_size_stages", units={"milestones": "epochs", "sizes": "images"})
def batch_size_stages(
    progress: Progress, *, sizes: Sequence[int], milestones: Sequence[float]
) -> int:
    """A schedule of the batch size: the next one of ``sizes`` from each milestone on.

    Smith, Kindermans, Ying and Le (2018), "Don't decay the learning rate, increase the batch
    size", section 5.

    Args:
        progress: the position in the run.
        sizes: images a batch before the first milestone, and from each milestone on.
        milestones: epochs, rising, one fewer than sizes.

    Raises:
        InputError: another number of milestones, or milestones that do not rise.
    """
    return _staged("batch_size_stages", progress, sizes, milestones)


@schedules.register(
    "in_turn", choices={"first": "schedule", "then": "schedule"}, units={"switch": "epochs"}
)
def in_turn(
    progress: Progress,
    *,
    first: Mapping[str, Any],
    then: Mapping[str, Any],
    switch: float,
) -> float:
    """One schedule up to an epoch, and another one, as if a run started there, from then on.

    Args:
        progress: the position in the run.
        first: a schedule with its arguments, over a run of ``switch`` epochs.
        then: another one, over a run of the remaining epochs.
        switch: the epoch, counted from 0, at whose start ``then`` takes over.

    Raises:
        InputError: a switch outside of the run, or what a schedule says of its arguments.
    """
    if not 0 < switch < progress.epochs:
        raise InputError(
            f"schedule 'in_turn' expects switch between 0 and the {progress.epochs:g} epochs, but "
            f"it is {switch:g}: correct it"
        )
    if progress.epoch < switch - TOLERANCE:
        return _value(first, progress.before(switch))
    return _value(then, progress.after(switch))


@schedules.register("warm_up", choices={"then": "schedule"}, units={"length": "updates"})
def warm_up(
    progress: Progress, *, length: int, then: Mapping[str, Any], start: float = 0.0
) -> float:
    """A linear rise over the first updates to the values of another schedule.

    Update number n (from 1) of the first ``length`` has the value
    start + (value - start) * n / length, where ``value`` is what the other schedule gives there.

    Args:
        progress: the position in the run.
        length: updates of the rise.
        then: a schedule with its arguments, over the whole run.
        start: where the rise starts.

    Raises:
        InputError: a negative length, or what the schedule says of its arguments.
    """
    if length < 0:
        raise InputError(
            f"schedule 'warm_up' expects a length of 0 updates or more, but it is {length}: "
            "correct it"
        )
    value = _value(then, progress)
    if progress.update >= length:
        return value
    return start + (value - start) * (progress.update + 1) / length


@schedules.register("times", choices={"schedule": "schedule"})
def times(progress: Progress, *, factor: float, schedule: Mapping[str, Any]) -> float:
    """The values of another schedule, multiplied by a factor.

    Args:
        progress: the position in the run.
        factor: 0 or more.
        schedule: a schedule with its arguments, over the whole run.

    Raises:
        InputError: a negative factor, or what the schedule says of its arguments.
    """
    if factor < 0:
        raise InputError(
            f"schedule 'times' expects a factor of 0 or more, but it is {factor:g}: correct it"
        )
    return factor * _value(schedule, progress)


def _value(plain: Mapping[str, Any] | str, progress: Progress) -> float:
    choice = Choice.of(plain, "schedule")
    return schedules[choice.name](progress, **choice.arguments)


def _staged(name: str, progress: Progress, values: Sequence[Any], edges: Sequence[float]) -> Any:
    if len(values) != len(edges) + 1 or sorted(set(edges)) != list(edges):
        raise InputError(
            f"schedule {name!r} expects rising milestones, one fewer than values, but found "
            f"{len(values)} values and the milestones {list(edges)}: correct them"
        )
    return values[sum(progress.epoch >= edge - TOLERANCE for edge in edges)]
