"""The learning rate range test: a short run in which the learning rate sweeps over a range.

Smith (2017), "Cyclical learning rates for training neural networks", section 3.3; with the
validation loss as in Smith (2018), "A disciplined approach to neural network hyper-parameters:
Part 1".
"""

import copy
import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import nn
from torch.optim.swa_utils import update_bn

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.nets.build import count_parameters
from reprise.optim.batch_sizes import batch_bounds
from reprise.probes.registry import ProbeResult, probes
from reprise.probes.suggestion_rules import suggestion_rules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training.evaluation import evaluate, evaluation_batch_size
from reprise.training.loop import Run, start_run, updates

METRICS = (
    "suggested_learning_rate", "lowest_loss", "learning_rate_of_lowest_loss", "diverged_at",
    "last_learning_rate", "high_rate_validation_loss", "epochs", "updates", "parameters",
)  # fmt: skip


@dataclass(frozen=True)
class Point:
    """One update of a sweep: the loss of its batch, before it, and the validation loss after it
    (nan where it was not sampled). Epochs and updates count from 1."""

    epoch: int
    update: int
    learning_rate: float
    loss: float
    smoothed_loss: float
    validation_loss: float


@dataclass(frozen=True)
class Validation:
    """How the validation loss is sampled: on the first ``batches`` batches (0: never), after
    every ``every`` updates. A sample counts as ``ceiling`` at most, where there is one. With
    ``penalty`` it contains the penalty of the weight decay; ``reestimated`` batches of training
    images give the averages of batch norm anew before each sample (0: those of training)."""

    batches: int
    every: int
    ceiling: float | None
    penalty: bool = False
    reestimated: int = 0

    def due(self, update: int) -> bool:
        """Whether it is sampled after an update, counted from 1."""
        return self.batches > 0 and update % self.every == 0

    def due_at_high_rates(self, planned: int) -> list[int]:
        """The updates of the second half of a sweep of so many after which it is sampled."""
        return [u for u in range(1, planned + 1) if u > planned / 2 and self.due(u)]

    def counted(self, loss: float) -> float:
        """As what a sample counts; nan is none that was reached, or none that is finite."""
        return loss if self.ceiling is None or loss <= self.ceiling else self.ceiling


@probes.register("range_test", runs=True, choices={"rule": "suggestion rule"})
def range_test(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    *,
    rule: str | Mapping[str, Any] | None = None,
    smoothing: float = 0.98,
    stop_at: float | None = 4.0,
    validation_batches: int = 0,
    validation_every: int = 1,
    loss_ceiling: float | None = None,
    penalty: bool = False,
    reestimated_batches: int = 0,
) -> ProbeResult:
    """Train while the cell's own schedule sweeps over learning rates, and suggest one.

    Args:
        cell: its schedule rises at every update.
        data: its data.
        prepared: not used.
        rule: the suggestion rule with its arguments; None suggests nothing.
        smoothing: weight, 0 to below 1, of the past in the exponential average of the losses,
            which is corrected for its start from 0.
        stop_at: the sweep ends once the smoothed loss passes this multiple of its lowest; None
            ends it only at a loss that is not finite.
        validation_batches: batches of held-out images on which the validation loss is sampled; 0
            samples none.
        validation_every: updates from one sample to the next.
        loss_ceiling: a sample above it, one that is not finite, and one that a sweep does not
            reach because it ends early, count as this loss in ``high_rate_validation_loss``, so
            that sweeps of which some diverge can be compared; None has no ceiling.
        penalty: whether validation losses contain what weight decay is the gradient of, half the
            weight decay times the squared weights, as libraries report them that write weight
            decay as a term of the loss.
        reestimated_batches: batches of training images from which the averages of batch norm are
            estimated anew before each sample; 0 takes those of training, which lag behind the
            weights.

    Returns:
        ``suggested_learning_rate`` (None: the curve suggests none), ``lowest_loss`` (smoothed) and
        ``learning_rate_of_lowest_loss``; ``diverged_at``, the rate at which the sweep ended early,
        None where it did not; ``last_learning_rate``; ``high_rate_validation_loss``, the mean of
        the samples in the second half of the sweep (None: none is asked for, or there is no
        ceiling and one is not finite or not reached); ``updates``, ``epochs`` and ``parameters``.
        The points are the fields of ``Point``. A sweep that diverges has finished: this is what it
        is run to find out.

    Raises:
        InputError: a smoothing, sampling or ceiling that is out of range, a ceiling for samples
            that nobody takes, or a schedule that does not rise.
    """
    planned = cell.epochs * len(batch_bounds(len(data.train), cell.batch_size))
    validation = Validation(
        validation_batches, validation_every, loss_ceiling, penalty, reestimated_batches
    )
    _check(smoothing, stop_at, validation, planned)
    run = start_run(cell, data)
    points = list(_sweep(run, smoothing, stop_at, validation))
    _check_rising(points, cell)
    diverged = points[-1] if _passed(points, stop_at) else None
    return ProbeResult(
        {
            "suggested_learning_rate": _suggestion(points, rule),
            **_lowest(points),
            "diverged_at": diverged.learning_rate if diverged else None,
            "last_learning_rate": points[-1].learning_rate,
            "high_rate_validation_loss": _high_rate_loss(points, planned, validation),
            "epochs": points[-1].epoch,
            "updates": points[-1].update,
            "parameters": count_parameters(run.model),
        },
        pd.DataFrame([asdict(point) for point in points]),
    )


def _check(smoothing: float, stop_at: float | None, validation: Validation, planned: int) -> None:
    if not 0 <= smoothing < 1:
        raise InputError(
            f"probe 'range_test' expects a smoothing from 0 to below 1, found {smoothing:g}"
        )
    if stop_at is not None and not stop_at > 1:
        raise InputError(
            "probe 'range_test' expects a stop_at above 1, a multiple of the lowest loss, or null, "
            f"found {stop_at:g}"
        )
    if validation.batches < 0:
        raise InputError(
            "probe 'range_test' expects validation_batches of 0 or more, found "
            f"{validation.batches}"
        )
    if validation.reestimated < 0:
        raise InputError(
            "probe 'range_test' expects reestimated_batches of 0 or more, found "
            f"{validation.reestimated}"
        )
    if validation.every < 1:
        raise InputError(
            "probe 'range_test' expects a validation_every of 1 update or more, found "
            f"{validation.every}"
        )
    if validation.ceiling is None:
        return
    if not 0 < validation.ceiling < math.inf:
        raise InputError(
            "probe 'range_test' expects a loss_ceiling that is above 0 and finite, found "
            f"{validation.ceiling:g}"
        )
    if not validation.due_at_high_rates(planned):
        raise InputError(
            "probe 'range_test' expects validation losses in the second half of the sweep where it "
            "has a loss_ceiling, found none: give it validation_batches, or lower validation_every"
        )


def _sweep(
    run: Run, smoothing: float, stop_at: float | None, validation: Validation
) -> Iterator[Point]:
    """The points of a sweep to its end, or to the one at which it diverges."""
    average, lowest = 0.0, math.inf
    for epoch in range(run.cell.epochs):
        for update in updates(run, epoch):
            loss = update.loss.item()
            average = smoothing * average + (1 - smoothing) * loss
            smoothed = average / (1 - smoothing**run.updates)
            due = validation.due(run.updates)
            yield Point(
                epoch=epoch + 1,
                update=run.updates,
                learning_rate=run.learning_rate,
                loss=loss,
                smoothed_loss=smoothed,
                validation_loss=_validation_loss(run, validation) if due else math.nan,
            )
            if _diverged(smoothed, lowest, stop_at):
                return
            lowest = min(lowest, smoothed)


def _diverged(smoothed: float, lowest: float, stop_at: float | None) -> bool:
    """Whether a smoothed loss is not finite, or far above the lowest before it."""
    return not math.isfinite(smoothed) or (stop_at is not None and smoothed > stop_at * lowest)


def _passed(points: list[Point], stop_at: float | None) -> bool:
    """Whether a sweep ended because its last point diverged."""
    lowest = min((point.smoothed_loss for point in points[:-1]), default=math.inf)
    return _diverged(points[-1].smoothed_loss, lowest, stop_at)


def _validation_loss(run: Run, validation: Validation) -> float:
    """Mean loss on the first batches of the held-out images."""
    split = run.data.validation
    images = slice(0, validation.batches * run.cell.batch_size)
    part = replace(split, rows=split.rows[images], labels=split.labels[images])
    batch_size = evaluation_batch_size(run.model, run.cell.batch_size, split)
    model = _reestimated(run, validation.reestimated) if validation.reestimated else run.model
    loss = evaluate(model, run.data, part, run.loss, batch_size).loss
    return loss + _penalty(run.optimizer) if validation.penalty else loss


def _reestimated(run: Run, batches: int) -> nn.Module:
    """A copy of the model whose averages of batch norm are those of its present weights."""
    model = copy.deepcopy(run.model)
    train, size = run.data.train, run.cell.batch_size
    starts = range(0, min(batches * size, len(train)), size)
    devices = [train.device] if train.device.type == "cuda" else []
    # Dropout draws in training mode, and may not take numbers from those of the run.
    with torch.random.fork_rng(devices=devices):
        update_bn(
            (run.data.normalise(train.images_at(slice(start, start + size))) for start in starts),
            model,
        )
    return model


def _penalty(optimizer: torch.optim.Optimizer) -> float:
    """The term of the loss whose gradient is the optimizer's weight decay."""
    return sum(
        group["weight_decay"] / 2 * parameter.detach().square().sum().item()
        for group in optimizer.param_groups
        for parameter in group["params"]
    )


def _check_rising(points: list[Point], cell: Cell) -> None:
    rates = [point.learning_rate for point in points]
    if any(after <= before for before, after in pairwise(rates)):
        raise InputError(
            "probe 'range_test' expects a schedule whose learning rate rises at every update, but "
            f"{cell.schedule.name!r} does not: use exponential_sweep or linear_sweep"
        )


def _suggestion(points: list[Point], rule: str | Mapping[str, Any] | None) -> float | None:
    if rule is None:
        return None
    choice = Choice.of(rule, "probe range_test: rule")
    rates = np.array([point.learning_rate for point in points])
    losses = np.array([point.smoothed_loss for point in points])
    return suggestion_rules[choice.name](rates, losses, **choice.arguments)


def _lowest(points: list[Point]) -> dict[str, float | None]:
    finite = [point for point in points if math.isfinite(point.smoothed_loss)]
    if not finite:
        return {"lowest_loss": None, "learning_rate_of_lowest_loss": None}
    lowest = min(finite, key=lambda point: point.smoothed_loss)
    return {
        "lowest_loss": lowest.smoothed_loss,
        "learning_rate_of_lowest_loss": lowest.learning_rate,
    }


def _high_rate_loss(points: list[Point], planned: int, validation: Validation) -> float | None:
    """Mean validation loss in the second half of a sweep, whose rates are the upper half of its
    range (of their logarithms, where the sweep is exponential)."""
    sampled = {point.update: point.validation_loss for point in points}
    due = validation.due_at_high_rates(planned)
    losses = [validation.counted(sampled.get(update, math.nan)) for update in due]
    mean = math.fsum(losses) / len(losses) if losses else math.nan
    return mean if math.isfinite(mean) else None
