"""What a run has to do, counted before it starts."""

from collections import Counter
from dataclasses import dataclass

from reprise.data.sources import Source
from reprise.optim.batch_sizes import batch_bounds, batch_sizes, updates_by_epoch
from reprise.planning.cell_checks import images_trained_on
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
    trained = images_trained_on(cell, source)
    held_out = (cell.train_images or source.train_images) - trained
    epochs = Counter(batch_sizes(cell))
    return Work(
        updates=sum(updates_by_epoch(cell, trained)),
        # Less than all where a last batch is left out.
        trained_images=sum(n * batch_bounds(trained, size)[-1][1] for size, n in epochs.items()),
        evaluated_images=cell.epochs * ((cell.test_images or source.test_images) + held_out),
    )
