"""What an image costs on this machine: operations that are counted, and seconds that are measured.

Cells that differ only in what costs nothing (seed, learning rate, epochs, ...) are measured once,
with the loop that trains them, on made-up images.
"""

import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.estimates.flop_counting import flop_counter
from reprise.inventory import entries_of
from reprise.studies.canonical import canonical_json
from reprise.studies.cell import Cell
from reprise.training.evaluation import Tally, evaluate, evaluation_batch_size
from reprise.training.loop import Run, start_run, updates
from reprise.training.machine.arithmetic import computing, round_products
from reprise.training.machine.device import device_seconds
from reprise.training.recordings.epoch import trained_by_recordings
from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Recorder

SMALLEST_BATCH = 8
"""Fewer images say little of a larger batch, unless they are large themselves."""

FEWEST_LARGE_IMAGES = 2
MANY_PIXELS = SMALLEST_BATCH * 256 * 256
"""A batch of so many pixels says enough of a larger one."""

SECONDS_A_BATCH = 0.5
"""A batch that would take longer is halved: time grows with its images by then."""

TIMED_SECONDS = 0.3
MOST_TIMED_BATCHES = {"cpu": 5, "cuda": 40}
"""A GPU is asked ahead of what it has done: fewer batches would time the asking."""

LONG_STEP_SECONDS = 2.0
"""What a first step costs beyond the later ones is little beside so many."""

STORED_BATCHES = 8

IN_THE_MIDDLE = (0.25, 0.25, 0.75, 0.75)
"""Left, top, right and bottom of an object, as shares of the image."""


@dataclass(frozen=True)
class Cost:
    """Of one image: floating-point operations (two for a multiplication with its addition), and
    seconds, of training (forward, backward, update) and of evaluation."""

    training_flops: float
    evaluation_flops: float
    training_seconds: float
    evaluation_seconds: float


@dataclass(frozen=True)
class SampleCell:
    """A cell that stands for all those that cost the same: its images and classes are enough."""

    cell: Cell
    image_shape: tuple[int, ...]
    classes: int


def sample_of(cell: Cell, source: Source) -> tuple[str, SampleCell]:
    """The name of what an image of the cell costs, equal for cells that cost the same, and a sample
    of it."""
    shape = source.input_shape
    sample = SampleCell(cell, shape, source.class_count)
    named: list[Any] = [
        cell.model.plain(),
        cell.norm.plain(),
        cell.optimizer.name,
        cell.loss.name,
        [step.name for step in cell.augmentation],
        cell.batch_size,
        cell.computed_in,
        *shape,
    ]
    return canonical_json(named), sample


def measure_cost(
    sample: SampleCell,
    device: torch.device,
    recorder: Callable[[torch.device], Recorder] | None = None,
) -> Cost:
    """Count and time a few batches of a sample, in some seconds at most.

    Args:
        sample: what to measure.
        device: where.
        recorder: makes what records updates on the device, where jobs replay them.

    Raises:
        InputError: the network takes no batch of at most the cell's size.
    """
    round_products(sample.cell.computed_in)
    batch_size, flops = _counted(sample, device)
    seconds = _seconds(sample, batch_size, device, recorder)
    while _can_double(sample, batch_size, seconds[0]):
        try:
            seconds = _seconds(sample, 2 * batch_size, device, recorder)
        except (InputError, RuntimeError, ValueError):
            break
        batch_size *= 2
    return Cost(*flops, *seconds)


def _can_double(sample: SampleCell, batch_size: int, seconds: float) -> bool:
    doubled = 2 * batch_size
    return doubled <= sample.cell.batch_size and seconds * doubled <= SECONDS_A_BATCH


def _counted(sample: SampleCell, device: torch.device) -> tuple[int, tuple[float, float]]:
    """The smallest batch size that the network takes, and the operations of training on an image
    and of evaluating it. Some norms take multiples of a size only."""
    pixels = math.prod(sample.image_shape[-2:])
    smallest = min(SMALLEST_BATCH, max(FEWEST_LARGE_IMAGES, MANY_PIXELS // pixels))
    sizes = _halved_sizes(sample.cell.batch_size, smallest)
    for size in sizes:
        try:
            return size, _flops(sample, size, device)
        except (InputError, RuntimeError, ValueError) as error:
            refused = error
    raise InputError(
        f"calibration: expected {sample.cell.model.name} with {sample.cell.norm.name} norm to take "
        f"a batch of {sizes[-1]} images of {'x'.join(map(str, sample.image_shape))}, but it does "
        f"not ({refused}): correct the study's YAML"
    )


def _halved_sizes(batch_size: int, smallest: int) -> list[int]:
    """The batch size and its halves, from the smallest that is worth a measurement."""
    sizes = [batch_size]
    while sizes[0] % 2 == 0 and sizes[0] // 2 >= smallest:
        sizes.insert(0, sizes[0] // 2)
    return sizes


def _flops(sample: SampleCell, batch_size: int, device: torch.device) -> tuple[float, float]:
    run = made_up_run(sample, batch_size, device)
    counted = []
    for step in (_update_of(run), _evaluation_of(run, batch_size)):
        with torch.backends.cudnn.flags(enabled=False), flop_counter() as counter:
            images = step()
        counted.append(counter.get_total_flops() / images)
    return counted[0], counted[1]


def _seconds(
    sample: SampleCell,
    batch_size: int,
    device: torch.device,
    recorder: Callable[[torch.device], Recorder] | None,
) -> tuple[float, float]:
    """Seconds of training on an image, and of evaluating one."""
    recorded = recorder(device) if recorder else None
    run = made_up_run(sample, batch_size, device, recorded)
    training = _seconds_replayed(run, device)
    if training is None:
        training = seconds_an_image(_update_of(run), device, _first_updates(recorded))
    return training, seconds_an_image(_evaluation_of(run, batch_size), device, 1)


def _seconds_replayed(run: Run, device: torch.device) -> float | None:
    """Seconds of training on an image by recordings of whole updates, with the augmentation of
    their epoch; None where they cannot be recorded. The epoch before it records."""
    tally = Tally(run.data.train.labels, run.task)
    if not trained_by_recordings(run, 0, tally) or not run.recorded_updates.replayed:
        return None
    run.updates = 0
    started = device_seconds(device)
    trained_by_recordings(run, 0, tally)
    return (device_seconds(device) - started) / len(run.data.train)


def _first_updates(recorder: Recorder | None) -> int:
    """How many updates are unlike the others: the first, or those up to the recording."""
    return 1 if recorder is None else UPDATES_BEFORE_RECORDING + 1


def seconds_an_image(step: Callable[[], int], device: torch.device, first: int) -> float:
    """Seconds an image, after first steps that are not counted, unless one takes so long on a CPU
    that it says enough. A GPU is waited for at the beginning and at the end alone, as it is in
    training."""
    for _ in range(first):
        seconds, images = _seconds_of(step, 1, device)
        if device.type == "cpu" and seconds >= LONG_STEP_SECONDS:
            return seconds / images
    one = _seconds_of(step, 1, device)[0]
    batches = round(TIMED_SECONDS / one) if one else MOST_TIMED_BATCHES[device.type]
    seconds, images = _seconds_of(
        step, min(max(batches, 1), MOST_TIMED_BATCHES[device.type]), device
    )
    return seconds / images


def _seconds_of(step: Callable[[], int], times: int, device: torch.device) -> tuple[float, int]:
    """Seconds of so many steps, and the images that they took."""
    started = device_seconds(device)
    images = sum(step() for _ in range(times))
    return device_seconds(device) - started, images


def made_up_run(
    sample: SampleCell, batch_size: int, device: torch.device, recorder: Recorder | None = None
) -> Run:
    """Start a run of one batch size on made-up images, enough for every batch that is timed."""
    batches = _first_updates(recorder) + 1 + MOST_TIMED_BATCHES[device.type]
    data = made_up_data(sample, batches * batch_size, device)
    cell = dataclasses.replace(
        sample.cell, batch_size=batch_size, batch_size_schedule=None, train_images=None,
        test_images=None, validation_share=0.0,
    )  # fmt: skip
    return start_run(cell, data, recorder)


def _update_of(run: Run) -> Callable[[], int]:
    """Does the next update, and gives the images that it took."""
    done = updates(run, 0)
    return lambda: len(next(done).labels)


def _evaluation_of(run: Run, batch_size: int) -> Callable[[], int]:
    """Evaluates a batch, and gives its images: no more than an update has, lest those of a large
    network take many seconds."""
    test = run.data.test
    size = min(evaluation_batch_size(run.model, batch_size, test), batch_size)
    images = ResidentSplit(test.stored, test.rows[:size], test.labels[:size])

    def evaluation() -> int:
        with computing(run.cell, test.device):
            evaluate(run.model, run.data, images, run.loss, size, task=run.task)
        return size

    return evaluation


def made_up_data(sample: SampleCell, images: int, device: torch.device) -> ResidentData:
    """Random images or tokens with random labels: what they show does not change what they cost."""
    generator = torch.Generator().manual_seed(0)
    # Each of them several times, since those of many large batches would fill the memory.
    stored = min(images, sample.cell.batch_size * STORED_BATCHES)
    channels = sample.image_shape[0] if len(sample.image_shape) > 1 else 0
    values = 256 if channels else sample.classes
    shape = (stored, *sample.image_shape)
    pixels = torch.randint(values, shape, dtype=_dtype(values), generator=generator)
    labels = _made_up_labels(sample, images, generator)
    rows = torch.arange(images) % stored
    split = ResidentSplit(pixels.to(device), rows.to(device), labels.to(device))
    half = torch.full((1, channels, 1, 1), 0.5, device=device)
    return ResidentData(split, split, split, sample.classes, half, half)


def _made_up_labels(sample: SampleCell, images: int, generator: torch.Generator) -> torch.Tensor:
    """Random labels, one for each image or for each of its positions, or an object in each."""
    kind = entries_of("task")[sample.cell.task].description["labels"]
    if kind == "example":
        return torch.randint(sample.classes, (images,), generator=generator)
    if kind == "objects":
        classes = torch.randint(1, sample.classes, (images, 1, 1), generator=generator)
        return torch.cat([classes, torch.tensor(IN_THE_MIDDLE).expand(images, 1, 4)], 2)
    shape = (images, *sample.image_shape[-2:])
    return torch.randint(sample.classes, shape, dtype=_dtype(sample.classes), generator=generator)


def _dtype(values: int) -> torch.dtype:
    """In which so many values are stored."""
    return torch.uint8 if values <= 256 else torch.int32
