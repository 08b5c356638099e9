"""Schedules that take the next value of a sequence: every so often, or when the losses say so.

Like all schedules they are pure functions of the progress of a run, to which the losses so far
belong, so that a resumed run goes on with the value at which it stopped. The learning rate is the
initial one before the first update of the sequence. A sequence of a given ``length`` stays at its
last value once it is used up.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules, whole
from reprise.optim.sequences import sequences


@schedules.register("by_epoch", units={"every": "epochs"}, choices={"sequence": "sequence"})
def by_epoch(
    progress: Progress,
    *,
    learning_rate: float,
    sequence: str | Mapping[str, Any],
    every: float,
    length: int | None = None,
) -> float:
    """The next value after every ``every`` epochs.

    Args:
        progress: the position in the run.
        learning_rate: the initial value, which the sequence multiplies.
        sequence: name of a sequence, or a mapping of ``name`` and its arguments.
        every: epochs between updates.
        length: number of values of the sequence (None: as many as are asked for).

    Raises:
        InputError: an ``every`` that is not positive, or an unknown sequence.
    """
    if every <= 0:
        raise InputError(
            f"schedule 'by_epoch' expects a positive every, but every is {every:g}: give it in "
            "epochs"
        )
    return learning_rate * _factor(sequence, whole(progress.epoch / every), length)


@schedules.register("by_cutoff", choices={"sequence": "sequence"})
def by_cutoff(
    progress: Progress,
    *,
    learning_rate: float,
    sequence: str | Mapping[str, Any],
    cutoff: float,
    shrink: float = 0.2,
    length: int | None = None,
) -> float:
    """The next value after an epoch in which the validation loss changed by less than a cutoff.

    Args:
        progress: the position in the run.
        learning_rate: the initial value, which the sequence multiplies.
        sequence: name of a sequence, or a mapping of ``name`` and its arguments.
        cutoff: the change, as a share of the validation loss after the first epoch.
        shrink: what the cutoff is multiplied by after each update of the sequence.
        length: number of values of the sequence (None: as many as are asked for).

    Raises:
        InputError: an unknown sequence.
    """
    hits = 0
    for before, after in pairwise(progress.validation_losses):
        limit = cutoff * shrink**hits * progress.validation_losses[0]
        hits += abs(after - before) < limit
    return learning_rate * _factor(sequence, hits, length)


@schedules.register("by_oscillation", choices={"sequence": "sequence"})
def by_oscillation(
    progress: Progress,
    *,
    learning_rate: float,
    sequence: str | Mapping[str, Any],
    loss_before_first: float | None = None,
    length: int | None = None,
) -> float:
    """The next value after an epoch in which the validation loss rose.

    Args:
        progress: the position in the run.
        learning_rate: the initial value, which the sequence multiplies.
        sequence: name of a sequence, or a mapping of ``name`` and its arguments.
        loss_before_first: what the loss of the first epoch is compared with; None: nothing, so
            that the first epoch never counts as a rise.
        length: number of values of the sequence (None: as many as are asked for).

    Raises:
        InputError: an unknown sequence.
    """
    losses = progress.validation_losses
    if loss_before_first is not None:
        losses = (loss_before_first, *losses)
    rises = sum(after > before for before, after in pairwise(losses))
    return learning_rate * _factor(sequence, rises, length)


def _factor(sequence: str | Mapping[str, Any], updates: int, length: int | None) -> float:
    """What the initial learning rate is multiplied by after so many updates of the sequence."""
    if updates == 0:
        return 1.0
    arguments = {"name": sequence} if isinstance(sequence, str) else dict(sequence)
    number = updates if length is None else min(updates, length)
    return sequences[arguments.pop("name")](number, **arguments)
