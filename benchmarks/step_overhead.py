"""Images a second of the training loop against a bare forward-backward-step loop.

    python benchmarks/step_overhead.py --configfile config/examples/local-mirror.yaml

Both train the network of one cell in one process and take turns from batch to batch, so that what
else the machine does meets both alike. The bare loop is given normalised images in memory.
"""

import statistics
import time
from collections.abc import Iterator
from itertools import islice

from planned import cell_arguments, planned_cell

from reprise.optim.batch_sizes import batch_bounds
from reprise.training.arithmetic import set_arithmetic
from reprise.training.evaluation import Tally
from reprise.training.loop import Run, start_run, updates


def main() -> None:
    """Print images a second of both loops, round by round, and the median of their ratio."""
    parser = cell_arguments(__doc__.splitlines()[0], "yang_huang", "table1")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--batches", type=int, default=200, help="batches a round")
    options = parser.parse_args()
    set_arithmetic(options.threads)
    cell, data = planned_cell(options.study, options.artefact, options.configfile)
    run, bare = start_run(cell, data), start_run(cell, data)
    batches = min(options.batches, run.updates_by_epoch[0])
    ratios = []
    for number in range(options.rounds):
        loops = loop_batches(run, number), bare_batches(bare, batches)
        loop, plain = images_per_second(*loops, batches, cell.batch_size)
        if number > 0:  # the first round warms up
            ratios.append(loop / plain)
            print(f"bare {plain:,.0f}, loop {loop:,.0f} images/s, ratio {loop / plain:.3f}")
    print(
        f"median ratio {statistics.median(ratios):.3f} ({cell.model.name}, batch {cell.batch_size})"
    )


def images_per_second(
    first: Iterator[None], second: Iterator[None], batches: int, batch_size: int
) -> list[float]:
    """The speed of each of two loops that take turns."""
    seconds = [0.0, 0.0]
    for _ in range(batches):
        for index, loop in enumerate((first, second)):
            started = time.perf_counter()
            next(loop)
            seconds[index] += time.perf_counter() - started
    return [batches * batch_size / total for total in seconds]


def loop_batches(run: Run, epoch: int) -> Iterator[None]:
    """The pipeline's own loop, batch by batch."""
    tally = Tally(run.data.train.device)
    for update in updates(run, epoch):
        tally.add(update.loss, update.logits, update.labels)
        yield


def bare_batches(run: Run, count: int) -> Iterator[None]:
    """Forward, backward and step on normalised images in memory, and nothing else."""
    bounds = list(islice(batch_bounds(len(run.data.train), run.cell.batch_size), count))
    images = run.data.normalise(run.data.train.images_at(slice(0, bounds[-1][1])))
    run.model.train()
    for start, end in bounds:
        run.optimizer.zero_grad(set_to_none=True)
        run.loss(run.model(images[start:end]), run.data.train.labels[start:end]).backward()
        run.optimizer.step()
        yield


if __name__ == "__main__":
    main()
