"""How the images of an epoch are divided into batches."""

from functools import cache
from itertools import pairwise

from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

# A batch with a single image has no variance; a last batch of one is left out.
SMALLEST_LAST_BATCH = 2


def batch_sizes(cell: Cell) -> list[int]:
    """The batch size of each epoch of a cell, whose schedule's module has been imported."""
    if cell.batch_size_schedule is None:
        return [cell.batch_size] * cell.epochs
    return list(_scheduled(cell.batch_size_schedule, cell.epochs))


def updates_by_epoch(cell: Cell, images: int) -> list[int]:
    """The updates of each epoch of a cell that trains on so many images."""
    sizes = batch_sizes(cell)
    updates = {size: batches(images, size) for size in set(sizes)}
    return [updates[size] for size in sizes]


@cache
def _scheduled(schedule: Choice, epochs: int) -> tuple[int, ...]:
    """Planning asks for the same sizes many times."""
    arguments = schedule.arguments
    positions = (Progress(epoch, epochs, 0, 1) for epoch in range(epochs))
    return tuple(schedules[schedule.name](position, **arguments) for position in positions)


def batch_bounds(images: int, batch_size: int) -> list[tuple[int, int]]:
    """First and last index (excluded) of each batch of an epoch."""
    starts = range(0, batches(images, batch_size) * batch_size, batch_size)
    return [(start, min(start + batch_size, images)) for start in starts]


def micro_batch_bounds(start: int, end: int, size: int) -> list[tuple[int, int]]:
    """First and last index (excluded) of each micro-batch of a batch.

    A single image that would be left over joins those before it, since it has no variance.
    """
    starts = list(range(start, end, size))
    if len(starts) > 1 and end - starts[-1] < min(size, SMALLEST_LAST_BATCH):
        starts.pop()
    return list(pairwise([*starts, end]))


def batches(images: int, batch_size: int) -> int:
    """How many batches an epoch has."""
    whole, rest = divmod(images, batch_size)
    return max(1, whole + (rest >= SMALLEST_LAST_BATCH))
