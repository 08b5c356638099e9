"""Two ways to train a cell: the pipeline's loop, and a bare step."""

from collections.abc import Iterator
from itertools import cycle, islice

from reprise.optim.batch_sizes import batch_bounds
from reprise.training.evaluation import Tally
from reprise.training.loop import Run, updates


def pipeline_loop(run: Run, number: int) -> Iterator[int]:
    """The loop that trains every cell."""
    tally = Tally(run.data.train.labels, run.task)
    for update in updates(run, number % run.cell.epochs):
        tally.add(update.loss, update.logits, update.labels)
        yield len(update.labels)


def bare_steps(run: Run, number: int) -> Iterator[int]:
    """Forward, backward and step on normalised images in memory, and nothing else."""
    bounds = list(islice(batch_bounds(len(run.data.train), run.cell.batch_size), 50))
    images = run.data.normalise(run.data.train.images_at(slice(0, bounds[-1][1])))
    run.model.train()
    for start, end in cycle(bounds):
        run.optimizer.zero_grad(set_to_none=True)
        run.loss(run.model(images[start:end]), run.data.train.labels[start:end]).backward()
        run.optimizer.step()
        yield end - start
