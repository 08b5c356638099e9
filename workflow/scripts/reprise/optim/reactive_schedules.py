"""Schedules that take the next value of a sequence: every so often, or when the losses say so.

Like all schedules they are pure functions of the progress of a run, to which the losses so far
belong: they keep no state of their own. The learning rate is the initial one before the first
update of the sequence. A sequence of a given ``length`` stays at its last value once it is used up.
"""

from collections.abc import Mapping
from itertools import pairwise
from typing import Any

from reprise.errors import InputError
from reprise.optim.progress import Progress
from reprise.optim.schedules import positive, schedules, whole
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
        length: number of values of the sequence, 1 or more (None: as many as are asked for).

    Raises:
        InputError: an ``every`` that is not positive, a length below 1, or an unknown
            sequence.
    """
    steps = whole(progress.epoch / positive("by_epoch", "every", every))
    return learning_rate * _factor(sequence, steps, length)


@schedules.register("by_cutoff", choices={"sequence": "sequence"})
def by_cutoff(
    progress: Progress,
    *,
    learning_rate: float,
    sequence: str | Mapping[str, Any],
    cutoff: float,
    shrink: float,
    length: int | None = None,
) -> float:
    """The next value after an epoch in which the validation loss changed by less than a cutoff.

    Args:
        progress: the position in the run.
        learning_rate: the initial value, which the sequence multiplies.
        sequence: name of a sequence, or a mapping of ``name`` and its arguments.
        cutoff: the change, as a share of the validation loss after the first epoch.
        shrink: what the cutoff is multiplied by after each update of the sequence.
        length: number of values of the sequence, 1 or more (None: as many as are asked for).

    Raises:
        InputError: a length below 1, or an unknown sequence.
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
        length: number of values of the sequence, 1 or more (None: as many as are asked for).

    Raises:
        InputError: a length below 1, or an unknown sequence.
    """
    losses = progress.validation_losses
    if loss_before_first is not None:
        losses = (loss_before_first, *losses)
    rises = sum(after > before for before, after in pairwise(losses))
    return learning_rate * _factor(sequence, rises, length)


def _factor(sequence: str | Mapping[str, Any], updates: int, length: int | None) -> float:
    """What the initial learning rate is multiplied by after so many updates of the sequence."""
    if length is not None and length < 1:
        raise InputError(
            "a sequence of learning rates expects a length of 1 value or more, but it is "
            f"{length}: correct it or leave it out"
        )
    if updates == 0:
        return 1.0
    arguments = {"name": sequence} if isinstance(sequence, str) else dict(sequence)
    number = updates if length is None else min(updates, length)
    return sequences[arguments.pop("name")](number, **arguments)
