"""The loop that trains every cell of every study.

What differs between cells is an argument: nothing here knows of a study, model or norm by name.
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from importlib import import_module

import torch

from reprise.data.cell_data import augmentation_of
from reprise.data.image_split import ImageSplit
from reprise.data.resident import ResidentData, ResidentSplit
from reprise.nets.build import build_model
from reprise.nets.starting_weights import start_from
from reprise.optim.batch_sizes import batch_sizes, updates_by_epoch
from reprise.optim.losses import losses
from reprise.optim.optimizers import Start, optimizers
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training import randomness
from reprise.training.accumulation import do_accumulated_update, micro_batches
from reprise.training.epoch_images import augmented_batches
from reprise.training.evaluation import Tally, evaluate, evaluation_batch_size
from reprise.training.history import Epoch, Score
from reprise.training.machine.arithmetic import computing, memory_format_of
from reprise.training.recordings.epoch import recorded_updates_of, trained_by_recordings
from reprise.training.recordings.gradients import RecordedGradients, Recorder, present_recorder
from reprise.training.recordings.logits import FEWEST_BATCHES, RecordedLogits
from reprise.training.run import Run, Schedule, Update, set_mode, set_scheduled_values
from reprise.training.task import make_task
from reprise.training.update import batch_gradients, do_update, logits_of


def start_run(cell: Cell, data: ResidentData, recorder: Recorder | None = None) -> Run:
    """Build model and optimizer on the data's device, initialised from the cell's seed.

    Args:
        recorder: of that device, for updates that are replayed from recordings; None: the present
            one, where there is any (see ``recording_with``). Images that are streamed are not
            where a recording could read them, and accumulated gradients are not recorded.
    """
    recorder = recorder or present_recorder()
    if recorder is not None and (reason := _why_not_recorded(cell, data)):
        print(f"updates are computed one by one and not replayed: {reason}", flush=True)
        recorder = None
    device = data.train.device
    # Before anything is drawn: what a module does when it is imported must not move the numbers.
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
    if data.weights is not None:
        start_from(model, data.weights)
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
        run.recorded = RecordedGradients(model, partial(batch_gradients, run), recorder)
        run.recorded_logits = RecordedLogits(partial(logits_of, run), recorder)
        run.recorded_updates = recorded_updates_of(run, recorder)
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
    set_mode(run, epoch)
    device = run.data.train.device
    with randomness.drawing_from(run.cell.seed, randomness.DROPOUT, epoch, device=device):
        for number, do_next in enumerate(_batches(run, epoch)):
            set_scheduled_values(run, epoch + number / run.updates_by_epoch[epoch])
            yield do_next()


def _batches(run: Run, epoch: int) -> Iterator[Callable[[], Update]]:
    """The update on each batch of an epoch."""
    if run.cell.micro_batch_size is not None:
        for batch in micro_batches(run, epoch):
            yield partial(do_accumulated_update, run, batch)
    else:
        for images, labels in augmented_batches(run, epoch):
            yield partial(do_update, run, images, labels)


def _why_not_recorded(cell: Cell, data: ResidentData) -> str | None:
    if data.placement != ResidentSplit.placement:
        return f"a recording needs images at hand of the device, and these are {data.placement}"
    if cell.micro_batch_size is not None:
        return "their gradients are accumulated over micro-batches"
    return None


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
    tally = Tally(run.data.train.labels, run.task)
    if not trained_by_recordings(run, number, tally):
        for update in updates(run, number):
            tally.add(update.loss, update.logits, update.labels)
    training = tally.score()
    training_seconds = time.perf_counter() - started
    if math.isfinite(training.loss):
        validation, test = _evaluated(run)
    else:
        validation = test = training.unknown()
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
