"""What a run has to do, counted before it starts."""

from dataclasses import dataclass

from reprise.data.sources import Source
from reprise.optim.batch_sizes import batch_bounds, batch_sizes
from reprise.studies.cell import Cell


@dataclass(frozen=True)
class Work:
    """Updates of a run, images that it trains on (each epoch's counted), and images that it
    evaluates."""

    updates: int
    trained_images: int
    evaluated_images: int


def work_of(cell: Cell, source: Source) -> Work:
    """The work of a cell that runs to its last epoch.

    Args:
        cell: as run.
        source: its data set.
    """
    images = cell.train_images or source.train_images
    held_out = round(cell.validation_share * images)
    bounds = [batch_bounds(images - held_out, size) for size in batch_sizes(cell)]
    test_images = cell.test_images or source.test_images
    return Work(
        updates=sum(map(len, bounds)),
        trained_images=sum(epoch[-1][1] for epoch in bounds),
        evaluated_images=cell.epochs * (test_images + held_out),
    )
