"""An epoch by recordings of whole updates."""

import math
from functools import partial

from reprise.optim.batch_sizes import batch_bounds
from reprise.training import randomness
from reprise.training.epoch_images import augmented, blocks_of
from reprise.training.evaluation import Tally
from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Recorder
from reprise.training.recordings.updates import (
    LARGEST_EPOCH_BYTES,
    RecordedUpdates,
    can_record_steps,
)
from reprise.training.run import Run, scheduled_values, set_mode, set_values
from reprise.training.update import batch_gradients, do_update


def recorded_updates_of(run: Run, recorder: Recorder) -> RecordedUpdates | None:
    """What records whole updates; None where steps cannot be recorded, or an epoch is too large."""
    train = run.data.train
    size = len(train) * (math.prod(train.image_shape) + train.label_bytes)
    if not can_record_steps(run.optimizer) or size > LARGEST_EPOCH_BYTES:
        return None
    gradients = partial(batch_gradients, run)
    tally = Tally(train.labels, run.task)
    return RecordedUpdates(run.model, run.optimizer, gradients, recorder, train, tally)


def trained_by_recordings(run: Run, epoch: int, tally: Tally) -> bool:
    """Update the model on every batch of an epoch by recordings of whole updates; whether that was
    possible, otherwise nothing is done."""
    recorded, size = run.recorded_updates, run.batch_sizes[epoch]
    if recorded is None or not recorded.can_record or run.before_step is not None:
        return False
    bounds = batch_bounds(len(run.data.train), size)
    whole = [pair for pair in bounds if pair[1] - pair[0] == size]
    values = scheduled_values(run, epoch)
    momenta = {momentum for _, momentum in values[: len(whole)]}
    if len(whole) <= UPDATES_BEFORE_RECORDING or len(momenta) != 1:
        return False
    device = run.data.train.device
    set_mode(run, epoch)
    blocks = blocks_of(run, bounds)
    for (start, end), (images, labels) in zip(blocks, augmented(run, epoch, blocks), strict=True):
        recorded.images[start:end].copy_(images)
        recorded.labels[start:end].copy_(labels)
    with randomness.drawing_from(run.cell.seed, randomness.DROPOUT, epoch, device=device):
        (momentum,) = momenta
        set_values(run, *values[0])
        recorded.train(size, [rate for rate, _ in values[: len(whole)]], momentum, tally)
        set_values(run, *values[len(whole) - 1])
        run.updates += len(whole)
        for (start, end), held in zip(bounds[len(whole) :], values[len(whole) :], strict=True):
            set_values(run, *held)
            update = do_update(run, recorded.images[start:end], recorded.labels[start:end])
            tally.add(update.loss, update.logits, update.labels)
    return True
