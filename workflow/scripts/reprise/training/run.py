"""The state of one run, and the learning rate and momentum of each of its updates."""

from collections.abc import Callable
from dataclasses import dataclass, field

import torch
from torch import Tensor, nn

from reprise.data.augmentation import Augmentation
from reprise.data.resident import ResidentData
from reprise.optim.optimizers import set_rates
from reprise.optim.progress import Progress
from reprise.studies.cell import Cell
from reprise.training.recordings.gradients import RecordedGradients
from reprise.training.recordings.logits import RecordedLogits
from reprise.training.recordings.updates import RecordedUpdates
from reprise.training.task import Loss, Task

Schedule = Callable[[Progress], float]


@dataclass
class Run:
    """The state of one run: everything that an update reads or changes.

    Attributes:
        before_step: told of each batch, normalised images (B, C, H, W) and labels (B, ...), when
            the gradients of its loss are there and the weights are still those that they belong
            to.
        recorded: computes gradients in place of the loop.
        recorded_logits: computes those of evaluation, where it takes many batches.
        recorded_updates: does whole updates in place of the loop, where nobody looks at them.
    """

    cell: Cell
    data: ResidentData
    model: nn.Module
    optimizer: torch.optim.Optimizer
    task: Task
    loss: Loss
    augmentation: Augmentation
    learning_rate_at: Schedule
    momentum_at: Schedule
    learning_rate: float
    momentum: float
    batch_sizes: list[int]
    updates_by_epoch: list[int]
    updates: int = 0
    validation_losses: tuple[float, ...] = field(default=())
    before_step: Callable[[Tensor, Tensor], None] | None = None
    recorded: RecordedGradients | None = None
    recorded_logits: RecordedLogits | None = None
    recorded_updates: RecordedUpdates | None = None


@dataclass(frozen=True)
class Update:
    """One update: the batch's logits (B, classes, ...) and labels (B, ...), and its mean loss
    before it."""

    loss: Tensor
    logits: Tensor
    labels: Tensor


def set_mode(run: Run, epoch: int) -> None:
    """Train in the mode, of training or of evaluation, that the cell asks for in an epoch."""
    limit = run.cell.training_mode_epochs
    run.model.train(limit is None or epoch < limit)


def set_scheduled_values(run: Run, epoch: float) -> None:
    """Ask the schedules at the run's position, held over the cell's schedule interval."""
    progress = _progress(run, epoch, run.updates)
    if hasattr(run.optimizer, "advance"):
        run.optimizer.advance(progress)
    set_values(run, *_held_values(run, progress))


def scheduled_values(run: Run, epoch: int) -> list[tuple[float, float]]:
    """Learning rate and momentum of each update of an epoch that begins. They depend on nothing
    that the epoch changes."""
    count = run.updates_by_epoch[epoch]
    return [
        _held_values(run, _progress(run, epoch + number / count, run.updates + number))
        for number in range(count)
    ]


def _progress(run: Run, epoch: float, update: int) -> Progress:
    return Progress(
        epoch=epoch,
        epochs=run.cell.epochs,
        update=update,
        updates=sum(run.updates_by_epoch),
        validation_losses=run.validation_losses,
    )


def _held_values(run: Run, progress: Progress) -> tuple[float, float]:
    held = progress.held(run.cell.schedule_interval)
    return run.learning_rate_at(held), run.momentum_at(held)


def set_values(run: Run, learning_rate: float, momentum: float) -> None:
    """Give the optimizer a learning rate and a momentum."""
    if (learning_rate, momentum) != (run.learning_rate, run.momentum):
        run.learning_rate, run.momentum = learning_rate, momentum
        set_rates(run.optimizer, learning_rate, momentum)
