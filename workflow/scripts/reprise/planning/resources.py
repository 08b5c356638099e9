"""What jobs ask of a machine."""

import math

from reprise.data.sources import Source
from reprise.inventory import find
from reprise.optim.batch_sizes import batch_sizes, updates_by_epoch
from reprise.planning.cell_checks import images_trained_on
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

LIBRARIES_AND_MODEL_MEGABYTES = 3500
# One in use, two that are read ahead, and the memory of one that is copied to a GPU.
BUFFERED_BATCHES = 4
# Twice what VGG16 with batch norm keeps of an image for its backward pass at float32, a pixel.
BYTES_A_PIXEL = 5000

# Waiting for files, environments and three starts of Snakemake before torch is imported.
START_MINUTES = 10
# Training on a pixel once. The dearest network of the studies for the size of its images, a
# pre-activation ResNet-18, takes 4.4 MFLOPs (three times the forward pass, as PyTorch counts it):
# less than this on a GPU that sustains 1.5 TFLOPS at float32, a tenth of what a V100 can.
SECONDS_A_PIXEL = 3e-6
# Hundreds of small kernels, started one after the other.
SECONDS_AN_UPDATE = 0.04
# Few queues let a job run longer than two weeks; what needs more goes on in the next attempt.
LONGEST_MINUTES = 14 * 24 * 60
# A thread of a CPU beside a GPU.
TIMES_ON_A_CPU = 40
# Probes look at a training from many sides: gradients of every layer, losses around its weights.
TIMES_OF_A_PROBE = 3


def training_megabytes(cell: Cell, source: Source, resident_share: float) -> int:
    """Memory that a run on a CPU may take, by the images that are computed at once and their size,
    with the images themselves where they stay in memory, or else with those that are read ahead.
    Labels stay in memory.

    Args:
        cell: as run.
        source: its data set, at the size of its images.
        resident_share: of the memory, that the images may take.
    """
    batch = min(max(batch_sizes(cell)), cell.micro_batch_size or math.inf)
    asked = LIBRARIES_AND_MODEL_MEGABYTES * 1e6 + BYTES_A_PIXEL * batch * source.positions
    image = _example_bytes(source)
    used = (cell.train_images or source.train_images) + (cell.test_images or source.test_images)
    stay = used * image <= resident_share * asked
    asked += used * _label_bytes(source)
    return math.ceil((asked + image * (used if stay else BUFFERED_BATCHES * batch)) / 1e6)


def training_minutes(cell: Cell, source: Source, device: str, times: int = 1) -> int:
    """Time that training may take: a generous guess, from how much is trained on alone. What needs
    longer goes on after its last checkpoint in the next attempt, which is given more.

    Args:
        cell: as run.
        source: its data set, at the size of its images.
        device: "cpu" is slower than all others.
        times: trainings.
    """
    images = images_trained_on(cell, source)
    pixels = cell.epochs * images * source.positions
    seconds = SECONDS_A_PIXEL * pixels * (TIMES_ON_A_CPU if device == "cpu" else 1)
    seconds += SECONDS_AN_UPDATE * sum(updates_by_epoch(cell, images))
    return min(START_MINUTES + math.ceil(times * seconds / 60), LONGEST_MINUTES)


def cores_of_probe(probe: Choice) -> int:
    """Cores that a run of a probe keeps busy: its own, and one for each of its ``workers``."""
    return 1 + probe.arguments.get("workers", 0)


def _label_bytes(source: Source) -> int:
    """Bytes of the labels of an example; those of whole images, and boxes, are as good as none."""
    task = find("task", source.task, f"datasets.{source.name}.task")
    is_of_positions = task.description["labels"] == "position"
    return source.positions * source.token_bytes if is_of_positions else 0


def _example_bytes(source: Source) -> int:
    """Bytes of a prepared image or sequence."""
    if source.channels:
        return source.channels * _stored_pixels(source) ** 2
    return source.positions * source.token_bytes


def _stored_pixels(source: Source) -> int:
    """Side of a prepared image, of which a network may see the centre."""
    layout = find("layout", source.layout, f"datasets.{source.name}.layout")
    return round(source.pixels / layout.description.get("seen", 1))
