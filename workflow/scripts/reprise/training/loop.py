"""The loop that trains every cell of every study.

What differs between cells is an argument: nothing here knows of a study, model or norm by name.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from functools import partial
from importlib import import_module

import torch
from torch import Tensor, nn

from reprise.data.augmentation import Augmentation
from reprise.data.cell_data import augmentation_of, takes_whole_images
from reprise.data.image_split import ImageSplit
from reprise.data.resident import ResidentData, ResidentSplit
from reprise.nets.build import build_model
from reprise.optim.batch_sizes import batch_bounds, batch_sizes, updates_by_epoch
from reprise.optim.losses import losses
from reprise.optim.optimizers import Start, optimizers, set_rates
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training import randomness
from reprise.training.arithmetic import computing
from reprise.training.evaluation import Tally, evaluate, evaluation_batch_size
from reprise.training.history import Epoch, Score
from reprise.training.memory_format import memory_format_of
from reprise.training.recorded_gradients import (
    UPDATES_BEFORE_RECORDING,
    RecordedGradients,
    Recorder,
    present_recorder,
)
from reprise.training.recorded_logits import FEWEST_BATCHES, RecordedLogits
from reprise.training.recorded_updates import (
    LARGEST_EPOCH_BYTES,
    RecordedUpdates,
    can_record_steps,
)
from reprise.training.task import Loss, Task, make_task

AUGMENTED_PIXELS = 2**20
"""At once, where an epoch is augmented before its updates: 1,024 images of 32 pixels."""

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


def start_run(cell: Cell, data: ResidentData, recorder: Recorder | None = None) -> Run:
    """Build model and optimizer on the data's device, initialised from the cell's seed.

    Args:
        recorder: of that device, for updates that are replayed from recordings; None: the present
            one, where there is any (see ``recording_with``). Images that are streamed are not
            where a recording could read them.
    """
    recorder = recorder or present_recorder()
    if recorder is not None and data.placement != ResidentSplit.placement:
        print(
            "updates are computed one by one and not replayed: a recording needs images at hand "
            f"of the device, and these are {data.placement}",
            flush=True,
        )
        recorder = None
    device = data.train.device
    for entry in cell.entries().values():
        import_module(entry.module)
    with randomness.drawing_from(cell.seed, randomness.INITIALISATION, device=torch.device("cpu")):
        model = build_model(
            cell.model.name,
            cell.model.arguments,
            cell.norm.name,
            cell.norm.arguments,
            data.train.image_shape,
            data.classes,
        )
    memory_format = memory_format_of(model, cell.computed_in, device)
    model = model.to(device, memory_format=memory_format)
    task = make_task(cell.task, data.classes)
    schedule_functions = _schedule(cell.schedule), _schedule(cell.momentum)
    planned = updates_by_epoch(cell, len(data.train))
    total = sum(planned)
    position = Progress(0.0, cell.epochs, 0, total)
    learning_rate, momentum = (at(position) for at in schedule_functions)
    start = Start(learning_rate, momentum, cell.epochs, total)
    run = Run(
        cell=cell,
        data=replace(data, memory_format=memory_format),
        model=model,
        optimizer=optimizers[cell.optimizer.name](model, start, **cell.optimizer.arguments),
        task=task,
        loss=task.loss(partial(losses[cell.loss.name], **cell.loss.arguments)),
        augmentation=augmentation_of(cell, data.train.image_shape[-1]),
        learning_rate_at=schedule_functions[0],
        momentum_at=schedule_functions[1],
        learning_rate=learning_rate,
        momentum=momentum,
        batch_sizes=batch_sizes(cell),
        updates_by_epoch=planned,
    )
    if recorder is not None:
        run.recorded = RecordedGradients(model, partial(_batch_gradients, run), recorder)
        run.recorded_logits = RecordedLogits(partial(_logits, run), recorder)
        run.recorded_updates = _recorded_updates(run, recorder)
    return run


def train(
    run: Run,
    on_epoch: Callable[[Epoch], None] = lambda epoch: None,
    earlier: Sequence[Epoch] = (),
    stop_after: int | None = None,
) -> list[Epoch]:
    """Train to the cell's last epoch, to the first with a loss that is not finite, or until the
    validation loss stands still.

    Args:
        on_epoch: told of every epoch as it ends.
        earlier: the epochs that the run has behind it.
        stop_after: stop early after this many epochs, which are those of the whole run.

    Returns:
        One entry an epoch, the earlier ones among them. A diverged run ends early, with a loss that
        is not finite.
    """
    epochs = list(earlier)
    while not _has_ended(run, epochs) and len(epochs) != stop_after:
        epoch = _train_epoch(run, len(epochs))
        epochs.append(epoch)
        on_epoch(epoch)
    return epochs


def diverged(epoch: Epoch) -> bool:
    """Whether a loss of the epoch is infinite or not a number."""
    losses = (epoch.train_loss, epoch.validation_loss, epoch.test_loss)
    return not all(map(math.isfinite, losses))


def updates(run: Run, epoch: int) -> Iterator[Update]:
    """Update the model on every batch of an epoch; ``run.learning_rate`` and ``run.momentum`` are
    those of the update that is given out."""
    _set_mode(run, epoch)
    device = run.data.train.device
    with randomness.drawing_from(run.cell.seed, randomness.DROPOUT, epoch, device=device):
        for number, (images, labels) in enumerate(augmented_batches(run, epoch)):
            _set_scheduled_values(run, epoch + number / run.updates_by_epoch[epoch])
            yield _update(run, images, labels)


def _schedule(choice: Choice | float) -> Schedule:
    """A schedule's value by position; a plain number holds throughout."""
    if isinstance(choice, Choice):
        return partial(schedules[choice.name], **choice.arguments)
    return lambda progress: choice


def _has_ended(run: Run, epochs: Sequence[Epoch]) -> bool:
    if not epochs:
        return False
    return len(epochs) == run.cell.epochs or diverged(epochs[-1]) or _stands_still(run)


def _stands_still(run: Run) -> bool:
    losses = run.validation_losses
    return len(losses) > 2 and abs(losses[-1] - losses[-3]) < run.cell.stop_below_change


def _train_epoch(run: Run, number: int) -> Epoch:
    started = time.perf_counter()
    tally = Tally(run.data.train.device, run.task)
    if not trained_by_recordings(run, number, tally):
        for update in updates(run, number):
            tally.add(update.loss, update.logits, update.labels)
    training = tally.score()
    training_seconds = time.perf_counter() - started
    unknown = tally.unknown()
    validation, test = _evaluated(run) if math.isfinite(training.loss) else (unknown, unknown)
    run.validation_losses += (validation.loss,)
    return Epoch(
        epoch=number + 1,
        train=training,
        test=test,
        validation=validation,
        learning_rate=run.learning_rate,
        momentum=run.momentum,
        batch_size=run.batch_sizes[number],
        updates=run.updates,
        seconds=time.perf_counter() - started,
        images_per_second=tally.images / training_seconds,
    )


def _recorded_updates(run: Run, recorder: Recorder) -> RecordedUpdates | None:
    """What records whole updates; None where steps cannot be recorded, or an epoch is too large."""
    train = run.data.train
    size = len(train) * (math.prod(train.image_shape) + train.label_bytes)
    if not can_record_steps(run.optimizer) or size > LARGEST_EPOCH_BYTES:
        return None
    gradients = partial(_batch_gradients, run)
    tally = Tally(train.device, run.task)
    return RecordedUpdates(run.model, run.optimizer, gradients, recorder, train, tally)


def trained_by_recordings(run: Run, epoch: int, tally: Tally) -> bool:
    """Update the model on every batch of an epoch by recordings of whole updates; whether that was
    possible, otherwise nothing is done."""
    recorded, size = run.recorded_updates, run.batch_sizes[epoch]
    if recorded is None or not recorded.can_record or run.before_step is not None:
        return False
    bounds = batch_bounds(len(run.data.train), size)
    whole = [pair for pair in bounds if pair[1] - pair[0] == size]
    values = _scheduled_values(run, epoch)
    momenta = {momentum for _, momentum in values[: len(whole)]}
    if len(whole) <= UPDATES_BEFORE_RECORDING or len(momenta) != 1:
        return False
    device = run.data.train.device
    _set_mode(run, epoch)
    blocks = _blocks(run, bounds)
    for (start, end), (images, labels) in zip(blocks, _augmented(run, epoch, blocks), strict=True):
        recorded.images[start:end].copy_(images)
        recorded.labels[start:end].copy_(labels)
    with randomness.drawing_from(run.cell.seed, randomness.DROPOUT, epoch, device=device):
        (momentum,) = momenta
        _set_values(run, *values[0])
        recorded.train(size, [rate for rate, _ in values[: len(whole)]], momentum, tally)
        _set_values(run, *values[len(whole) - 1])
        run.updates += len(whole)
        for (start, end), held in zip(bounds[len(whole) :], values[len(whole) :], strict=True):
            _set_values(run, *held)
            update = _update(run, recorded.images[start:end], recorded.labels[start:end])
            tally.add(update.loss, update.logits, update.labels)
    return True


def _set_mode(run: Run, epoch: int) -> None:
    limit = run.cell.training_mode_epochs
    run.model.train(limit is None or epoch < limit)


def _evaluated(run: Run) -> tuple[Score, Score]:
    """Scores on the images for validation and for testing, which may be the same."""
    data = run.data
    test = _score(run, data.test)
    return (test if data.validation is data.test else _score(run, data.validation)), test


def _score(run: Run, split: ImageSplit) -> Score:
    batch_size = evaluation_batch_size(run.model, run.cell.batch_size, run.data.test)
    arguments = (run.model, run.data, split, run.loss, batch_size)
    if run.recorded_logits is not None and len(split) >= FEWEST_BATCHES * batch_size:
        return evaluate(*arguments, run.recorded_logits, task=run.task)
    with computing(run.cell, split.device):
        return evaluate(*arguments, task=run.task)


def _logits(run: Run, images: Tensor) -> Tensor:
    # Entered anew by each batch: what is cast inside must be a part of a recording.
    with computing(run.cell, images.device):
        return run.model(run.data.normalise(images)).float()


def _blocks(run: Run, batches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """First and last position (excluded) of the images that are augmented at once: many, since each
    comes out the same whichever others are with it, or a batch, where that is not so."""
    if any(getattr(entry, "depends_on_batch", False) for entry in run.augmentation.entries):
        return batches
    count, pixels = len(run.data.train), math.prod(run.data.train.image_shape[1:])
    size = max(1, AUGMENTED_PIXELS // pixels)
    return [(start, min(start + size, count)) for start in range(0, count, size)]


def augmented_batches(run: Run, epoch: int) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented images and labels of the batches of one epoch, as they are stored."""
    return _augmented(run, epoch, batch_bounds(len(run.data.train), run.batch_sizes[epoch]))


def _augmented(
    run: Run, epoch: int, bounds: Sequence[tuple[int, int]]
) -> Iterator[tuple[Tensor, Tensor]]:
    """Augmented images and labels of one epoch between these bounds, in an order and with draws
    that depend on seed and epoch only."""
    train, seed = run.data.train, run.cell.seed
    device = train.device
    order = torch.randperm(
        len(train), generator=randomness.generator(seed, randomness.ORDER, epoch)
    ).to(device)
    drawn = run.augmentation.draw(
        len(train), randomness.generator(seed, randomness.AUGMENTATION, epoch)
    )
    draws = [draw.to(device) for draw in drawn]
    batches = train.batches(bounds, order, whole=takes_whole_images(run.cell))
    with closing(batches):
        for (start, end), images in zip(bounds, batches, strict=True):
            index = order[start:end]
            own = [draw[index] for draw in draws]
            augmented = run.augmentation.apply(images, own)
            yield augmented, run.task.follow(train.labels[index], run.augmentation, own)


def _update(run: Run, images: Tensor, labels: Tensor) -> Update:
    if run.recorded is not None:
        loss, logits = run.recorded(images, labels)
        if run.before_step is not None:
            run.before_step(run.data.normalise(images), labels)
    elif run.before_step is not None:
        inputs = run.data.normalise(images)
        loss, logits = _gradients(run, inputs, labels)
        run.before_step(inputs, labels)
    else:
        loss, logits = _batch_gradients(run, images, labels)
    run.optimizer.step()
    run.updates += 1
    return Update(loss, logits, labels)


def _batch_gradients(run: Run, images: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    return _gradients(run, run.data.normalise(images), labels)


def _gradients(run: Run, inputs: Tensor, labels: Tensor) -> tuple[Tensor, Tensor]:
    """Leaves the gradients of a normalised batch at the parameters; its loss and logits."""
    with computing(run.cell, inputs.device):
        logits = run.model(inputs)
    logits = logits.float()
    loss = run.loss(logits, labels)
    run.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    return loss.detach(), logits.detach()


def _set_scheduled_values(run: Run, epoch: float) -> None:
    """Ask the schedules at the run's position, held over the cell's schedule interval."""
    progress = _progress(run, epoch, run.updates)
    if hasattr(run.optimizer, "advance"):
        run.optimizer.advance(progress)
    _set_values(run, *_held_values(run, progress))


def _scheduled_values(run: Run, epoch: int) -> list[tuple[float, float]]:
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


def _set_values(run: Run, learning_rate: float, momentum: float) -> None:
    if (learning_rate, momentum) != (run.learning_rate, run.momentum):
        run.learning_rate, run.momentum = learning_rate, momentum
        set_rates(run.optimizer, learning_rate, momentum)
