"""How the images of an epoch are divided into batches."""

from functools import cache

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
    updates = {size: len(batch_bounds(images, size)) for size in set(sizes)}
    return [updates[size] for size in sizes]


@cache
def _scheduled(schedule: Choice, epochs: int) -> tuple[int, ...]:
    """Planning asks for the same sizes many times."""
    arguments = schedule.arguments
    positions = (Progress(epoch, epochs, 0, 1) for epoch in range(epochs))
    return tuple(schedules[schedule.name](position, **arguments) for position in positions)


def batch_bounds(images: int, batch_size: int) -> list[tuple[int, int]]:
    """First and last index (excluded) of each batch of an epoch."""
    bounds = [(start, min(start + batch_size, images)) for start in range(0, images, batch_size)]
    last = bounds[-1][1] - bounds[-1][0]
    if len(bounds) > 1 and last < min(batch_size, SMALLEST_LAST_BATCH):
        bounds.pop()
    return bounds
