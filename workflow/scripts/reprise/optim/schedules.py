"""The registry of schedules, and the schedules: pure functions of the progress of a run.

An entry is called as ``entry(progress, **arguments)`` and returns the value (a learning rate, a
momentum) that holds from this position on. ``units`` tells the planner which arguments, also
inside of lists, are measured in epochs, so that a shortened run can shorten them. This module
needs no torch: the planner evaluates schedules.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise
from math import cos, exp, floor, inf, pi

from reprise.errors import InputError, choose_among
from reprise.optim.progress import TOLERANCE, Progress
from reprise.registry import Registry

schedules = Registry("schedule")


def whole(x: float) -> int:
    """The largest integer <= x; an x that lies below an integer by rounding counts as it."""
    return floor(x + TOLERANCE)


@schedules.register("constant")
def constant(progress: Progress, *, learning_rate: float) -> float:
    """The same value throughout."""
    return learning_rate


@schedules.register("step", units={"width": "epochs"})
def step(progress: Progress, *, learning_rate: float, width: float, factor: float = 0.1) -> float:
    """Step decay: learning_rate * factor ** floor(epoch / width).

    Args:
        progress: the position in the run.
        learning_rate: the value of the first step.
        width: length of a step, in epochs.
        factor: what the value is multiplied by after each step.

    Raises:
        InputError: a width that is not positive.
    """
    return learning_rate * factor ** whole(progress.epoch / positive("step", "width", width))


@schedules.register("multi_step", units={"milestones": "epochs"})
def multi_step(
    progress: Progress, *, learning_rate: float, milestones: Sequence[float], factor: float = 0.1
) -> float:
    """Step decay at given epochs: learning_rate * factor ** (number of milestones <= epoch).

    Args:
        progress: the position in the run.
        learning_rate: the value before the first milestone.
        milestones: epochs from which on the value is multiplied once more.
        factor: what the value is multiplied by at each milestone.
    """
    passed = sum(progress.epoch >= milestone - TOLERANCE for milestone in milestones)
    return learning_rate * factor**passed


@schedules.register(
    "piecewise_step", units={"until": "epochs", "start": "epochs", "width": "epochs"}
)
def piecewise_step(
    progress: Progress, *, learning_rate: float, pieces: Sequence[Mapping[str, float]]
) -> float:
    """Step decay with its own start, width and factor in each piece of the run.

    The first piece with epoch <= ``until`` applies, and gives the value
    learning_rate * factor ** floor((epoch - start) / width).

    Args:
        progress: the position in the run.
        learning_rate: what the factors multiply.
        pieces: mappings with the keys ``until`` (epochs; left out: to the end), ``factor``
            (left out: 1), ``start`` (epochs; left out: 0) and ``width`` (epochs; left out: the
            piece is constant at learning_rate).

    Raises:
        InputError: a piece has another key or a width that is not positive, or no piece reaches
            the epoch asked for.
    """
    for piece in pieces:
        _check_keys("piecewise_step", "pieces", piece, ("until", "factor", "start", "width"))
        if progress.epoch <= piece.get("until", inf) + TOLERANCE:
            width = positive("piecewise_step", "width", piece.get("width", inf))
            steps = whole((progress.epoch - piece.get("start", 0.0)) / width)
            return learning_rate * piece.get("factor", 1.0) ** steps
    raise InputError(
        "schedule 'piecewise_step' expects pieces for the whole run, but none reaches epoch "
        f"{progress.epoch:g}: raise 'until' of the last piece or leave it out"
    )


@schedules.register("exponential", units={"time_constant": "epochs"})
def exponential(progress: Progress, *, learning_rate: float, time_constant: float) -> float:
    """Exponential decay: learning_rate * exp(-epoch / time_constant).

    Args:
        progress: the position in the run.
        learning_rate: the value at the start.
        time_constant: epochs in which the value falls to 1/e.

    Raises:
        InputError: a time constant that is not positive.
    """
    return learning_rate * exp(
        -progress.epoch / positive("exponential", "time_constant", time_constant)
    )


@schedules.register("cosine")
def cosine(progress: Progress, *, learning_rate: float) -> float:
    """Cosine decay: learning_rate / 2 * (1 + cos(pi * epoch / epochs)).

    Loshchilov and Hutter (2016), "SGDR: Stochastic gradient descent with warm restarts",
    equation 5 without restarts and with a minimum of zero.
    """
    return learning_rate / 2 * (1 + cos(pi * progress.epoch / progress.epochs))


@schedules.register("polynomial")
def polynomial(progress: Progress, *, learning_rate: float, power: float = 0.9) -> float:
    """``learning_rate`` times (1 - t)^power for the share t of the run, which is 0 at its end.

    Chen, Papandreou, Kokkinos, Murphy and Yuille (2018), "DeepLab: Semantic image segmentation with
    deep convolutional nets, atrous convolution, and fully connected CRFs", section 4.2, "poly".
    """
    return learning_rate * (1 - progress.epoch / progress.epochs) ** power


@schedules.register("sigmoid", units={"c": "epochs", "start": "epochs"})
def sigmoid(
    progress: Progress,
    *,
    learning_rate: float,
    c: float = 0.0,
    tail: Sequence[Mapping[str, float]] = (),
) -> float:
    """Inverse sigmoid: learning_rate / (1 + exp((epoch - epochs/2) / (epochs/10 - c))).

    Args:
        progress: the position in the run.
        learning_rate: the limit of the value before the fall.
        c: epochs that make the fall steeper; below epochs/10.
        tail: mappings with the keys ``start`` (epochs) and ``learning_rate``, in order: from each
            start on the value is this one.

    Raises:
        InputError: c is epochs/10 or more (the value would rise); a tail with other keys.
    """
    scale = progress.epochs / 10 - c
    if scale < TOLERANCE:
        raise InputError(
            f"schedule 'sigmoid' expects c below a tenth of the {progress.epochs:g} epochs, but "
            f"c is {c:g}: choose one below {progress.epochs / 10:g}"
        )
    for part in reversed(tail):
        _check_keys("sigmoid", "tail", part, ("start", "learning_rate"), required=True)
        if progress.epoch >= part["start"] - TOLERANCE:
            return part["learning_rate"]
    return learning_rate * _logistic((progress.epochs / 2 - progress.epoch) / scale)


# Beside the cyclic schedules it would be better placed. To move it would change the fingerprint of
# every run that uses it, and with it what is kept of them.
@schedules.register("one_cycle")
def one_cycle(
    progress: Progress,
    *,
    learning_rate: float,
    rise_fraction: float = 0.3,
    start_divisor: float = 25.0,
    final_divisor: float = 1e4,
    anneal: str = "cosine",
    three_phase: bool = False,
) -> float:
    """One cycle of the learning rate, by update: up to a peak, then down far below the start.

    Smith and Topin (2019), "Super-convergence: Very fast training of neural networks using large
    learning rates". Conventions and defaults are those of torch.optim.lr_scheduler.OneCycleLR.

    Args:
        progress: the position in the run.
        learning_rate: the peak.
        rise_fraction: part of the updates, 0 to 1, in which the value rises.
        start_divisor: the first value is the peak divided by this.
        final_divisor: the last value is the first one divided by this.
        anneal: shape of the ways up and down, "cosine" or "linear".
        three_phase: fall to the first value as fast as the rise was, and then to the last one;
            otherwise fall from the peak to the last value at once.

    Raises:
        InputError: an anneal of another name.
    """
    first = learning_rate / start_divisor
    last = first / final_divisor
    values = (first, learning_rate, first, last) if three_phase else (first, learning_rate, last)
    return _along(progress, _cycle_edges(progress, rise_fraction, three_phase), values, anneal)


@schedules.register("one_cycle_momentum")
def one_cycle_momentum(
    progress: Progress,
    *,
    base_momentum: float = 0.85,
    max_momentum: float = 0.95,
    rise_fraction: float = 0.3,
    anneal: str = "cosine",
    three_phase: bool = False,
) -> float:
    """The momentum that goes with ``one_cycle``: lowest where the learning rate is highest.

    Args:
        progress: the position in the run.
        base_momentum: the value at the peak of the learning rate.
        max_momentum: the value at the start and at the end.
        rise_fraction: part of the updates, 0 to 1, in which the learning rate rises.
        anneal: shape of the ways down and up, "cosine" or "linear".
        three_phase: as in ``one_cycle``; the third phase keeps ``max_momentum``.

    Raises:
        InputError: an anneal of another name.
    """
    values = (max_momentum, base_momentum, max_momentum)
    if three_phase:
        values = (*values, max_momentum)
    return _along(progress, _cycle_edges(progress, rise_fraction, three_phase), values, anneal)


def _cycle_edges(progress: Progress, rise_fraction: float, three_phase: bool) -> tuple[float, ...]:
    """The updates at which the phases of a cycle start and end."""
    top = rise_fraction * progress.updates - 1
    middle = (2 * rise_fraction * progress.updates - 2,) if three_phase else ()
    return (0.0, top, *middle, progress.updates - 1)


def _along(
    progress: Progress, edges: Sequence[float], values: Sequence[float], anneal: str
) -> float:
    """The value at an update of a curve that has ``values`` at the updates ``edges``."""
    if anneal not in ("cosine", "linear"):
        known = choose_among(anneal, ("cosine", "linear"))
        raise InputError(f"unknown anneal {anneal!r} of a one-cycle schedule: {known}")
    phases = list(zip(pairwise(edges), pairwise(values), strict=True))
    reached = (phase for phase in phases if progress.update <= phase[0][1])
    (start, end), (first, last) = next(reached, phases[-1])
    fraction = (progress.update - start) / (end - start) if end > start else 1.0
    if anneal == "cosine":
        fraction = (1 - cos(pi * fraction)) / 2
    return first + (last - first) * fraction


def _logistic(x: float) -> float:
    """1 / (1 + exp(-x)), without overflow."""
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def positive(schedule: str, key: str, value: float) -> float:
    """The value, which is measured in epochs.

    Raises:
        InputError: it is not positive; the sentence names schedule and key.
    """
    if value <= 0:
        raise InputError(
            f"schedule {schedule!r} expects a positive {key}, but {key} is {value:g}: give it in "
            "epochs"
        )
    return value


def _check_keys(
    schedule: str,
    argument: str,
    entry: Mapping[str, float],
    known: Sequence[str],
    *,
    required: bool = False,
) -> None:
    if set(entry) - set(known) or (required and set(known) - set(entry)):
        raise InputError(
            f"schedule {schedule!r} expects the keys {', '.join(known)} in each entry of "
            f"{argument}, but found {', '.join(entry)}: correct the entry"
        )
