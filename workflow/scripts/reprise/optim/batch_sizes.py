"""How the images of an epoch are divided into batches."""

from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.studies.cell import Cell

# A batch with a single image has no variance; a last batch of one is left out.
SMALLEST_LAST_BATCH = 2


def batch_sizes(cell: Cell) -> list[int]:
    """The batch size of each epoch of a cell, whose schedule's module has been imported."""
    choice = cell.batch_size_schedule
    if choice is None:
        return [cell.batch_size] * cell.epochs
    positions = (Progress(epoch, cell.epochs, 0, 1) for epoch in range(cell.epochs))
    return [schedules[choice.name](position, **choice.arguments) for position in positions]


def batch_bounds(images: int, batch_size: int) -> list[tuple[int, int]]:
    """First and last index (excluded) of each batch of an epoch."""
    bounds = [(start, min(start + batch_size, images)) for start in range(0, images, batch_size)]
    last = bounds[-1][1] - bounds[-1][0]
    if len(bounds) > 1 and last < min(batch_size, SMALLEST_LAST_BATCH):
        bounds.pop()
    return bounds
