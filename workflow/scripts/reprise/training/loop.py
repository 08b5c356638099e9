"""The loop that trains every cell of every study.

What differs between cells is an argument: nothing here knows of a study, model or norm by name.
"""

import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from importlib import import_module

import torch
from torch import Tensor, nn

from reprise.data.augmentation import Augmentation
from reprise.data.resident import ResidentData
from reprise.nets.build import build_model
from reprise.optim.losses import losses
from reprise.optim.optimizers import optimizers, set_rates
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training import randomness
from reprise.training.evaluation import Loss, Score, Tally, evaluate, evaluation_batch_size
from reprise.training.history import Epoch

# A batch with a single image has no variance; a last batch of one is left out.
SMALLEST_LAST_BATCH = 2

Schedule = Callable[[Progress], float]


@dataclass
class Run:
    """The state of one run: everything that an update reads or changes."""

    cell: Cell
    data: ResidentData
    model: nn.Module
    optimizer: torch.optim.Optimizer
    loss: Loss
    augmentation: Augmentation
    learning_rate_at: Schedule
    momentum_at: Schedule
    learning_rate: float
    momentum: float
    updates: int = 0


def start_run(cell: Cell, data: ResidentData) -> Run:
    """Build model and optimizer on the data's device, initialised from the cell's seed."""
    device = data.train.images.device
    for entry in cell.entries().values():
        import_module(entry.module)
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(randomness.stream_seed(cell.seed, randomness.INITIALISATION))
        model = build_model(
            cell.model.name,
            cell.model.arguments,
            cell.norm.name,
            cell.norm.arguments,
            data.train.images.shape[1],
            data.classes,
        )
    model = model.to(device, memory_format=torch.channels_last)
    schedule_functions = _schedule(cell.schedule), _schedule(cell.momentum)
    start = Progress(0.0, cell.epochs, 0, len(_bounds(cell, data)) * cell.epochs)
    learning_rate, momentum = (at(start) for at in schedule_functions)
    make_optimizer = optimizers[cell.optimizer.name]
    return Run(
        cell=cell,
        data=data,
        model=model,
        optimizer=make_optimizer(
            model.parameters(), learning_rate, momentum, **cell.optimizer.arguments
        ),
        loss=partial(losses[cell.loss.name], **cell.loss.arguments),
        augmentation=Augmentation([(step.name, step.arguments) for step in cell.augmentation]),
        learning_rate_at=schedule_functions[0],
        momentum_at=schedule_functions[1],
        learning_rate=learning_rate,
        momentum=momentum,
    )


def train(run: Run, on_epoch: Callable[[Epoch], None] = lambda epoch: None) -> list[Epoch]:
    """Train to the cell's last epoch, or to the first with a loss that is not finite.

    Args:
        on_epoch: told of every epoch as it ends.

    Returns:
        One entry an epoch. A diverged run ends early, with a loss that is not finite.
    """
    epochs = []
    for number in range(run.cell.epochs):
        epoch = _train_epoch(run, number)
        epochs.append(epoch)
        on_epoch(epoch)
        if diverged(epoch):
            break
    return epochs


def diverged(epoch: Epoch) -> bool:
    """Whether a loss of the epoch is infinite or not a number."""
    return not (math.isfinite(epoch.train_loss) and math.isfinite(epoch.test_loss))


def batch_bounds(images: int, batch_size: int) -> list[tuple[int, int]]:
    """First and last index of each batch of an epoch."""
    bounds = [(start, min(start + batch_size, images)) for start in range(0, images, batch_size)]
    last = bounds[-1][1] - bounds[-1][0]
    if len(bounds) > 1 and last < min(batch_size, SMALLEST_LAST_BATCH):
        bounds.pop()
    return bounds


def _schedule(choice: Choice | float) -> Schedule:
    """A schedule's value by position; a plain number holds throughout."""
    if isinstance(choice, Choice):
        return partial(schedules[choice.name], **choice.arguments)
    return lambda progress: choice


def _bounds(cell: Cell, data: ResidentData) -> list[tuple[int, int]]:
    return batch_bounds(len(data.train), cell.batch_size)


def _train_epoch(run: Run, number: int) -> Epoch:
    started = time.perf_counter()
    tally = Tally(run.data.train.labels.device)
    for images, labels in _batches(run, number):
        _set_scheduled_values(run)
        _update(run, images, labels, tally)
    training = tally.score()
    training_seconds = time.perf_counter() - started
    test = Score(math.nan, math.nan)
    if math.isfinite(training.loss):
        device = run.data.test.images.device
        batch_size = evaluation_batch_size(run.model, run.cell.batch_size, device)
        test = evaluate(run.model, run.data, run.loss, batch_size)
    return Epoch(
        epoch=number + 1,
        train_loss=training.loss,
        train_accuracy=training.accuracy,
        test_loss=test.loss,
        test_accuracy=test.accuracy,
        learning_rate=run.learning_rate,
        momentum=run.momentum,
        batch_size=run.cell.batch_size,
        updates=run.updates,
        seconds=time.perf_counter() - started,
        images_per_second=tally.images / training_seconds,
    )


def _batches(run: Run, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented uint8 images and labels of one epoch, in an order and with draws that depend on
    seed and epoch only."""
    train, seed = run.data.train, run.cell.seed
    device = train.images.device
    order = torch.randperm(
        len(train), generator=randomness.generator(seed, randomness.ORDER, epoch)
    ).to(device)
    drawn = run.augmentation.draw(
        len(train), randomness.generator(seed, randomness.AUGMENTATION, epoch)
    )
    draws = [draw.to(device) for draw in drawn]
    for start, end in _bounds(run.cell, run.data):
        index = order[start:end]
        images = run.augmentation.apply(train.images[index], [draw[index] for draw in draws])
        yield images, train.labels[index]


def _update(run: Run, images: Tensor, labels: Tensor, tally: Tally) -> None:
    logits = run.model(run.data.normalise(images))
    loss = run.loss(logits, labels)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    run.optimizer.step()
    run.updates += 1
    tally.add(loss, logits, labels)


def _set_scheduled_values(run: Run) -> None:
    """Ask the schedules at the run's position, held over the cell's schedule interval."""
    per_epoch = len(_bounds(run.cell, run.data))
    progress = Progress(
        epoch=run.updates / per_epoch,
        epochs=run.cell.epochs,
        update=run.updates,
        updates=run.cell.epochs * per_epoch,
    ).held(run.cell.schedule_interval)
    values = run.learning_rate_at(progress), run.momentum_at(progress)
    if values != (run.learning_rate, run.momentum):
        run.learning_rate, run.momentum = values
        set_rates(run.optimizer, *values)
