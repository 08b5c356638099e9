"""Images a second of the input side alone: read, augment, normalise, and no network.

python benchmarks/input_side.py --configfile config/examples/local-mirror.yaml
"""

import statistics
import time

import torch
from planned import Place, cell_arguments, planned_cell

from reprise.data.augmentation import Augmentation
from reprise.optim.batch_sizes import batch_bounds
from reprise.training.machine.process import set_up_process


def main() -> None:
    """Print images a second of each round and their median."""
    parser = cell_arguments(__doc__.splitlines()[0], "kth", "fig10")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    set_up_process(options.threads)
    cell, data = planned_cell(Place(options.study, options.artefact, options.configfile))
    augmentation = Augmentation([(step.name, step.arguments) for step in cell.augmentation])
    speeds = []
    for number in range(1, options.rounds + 1):
        started = time.perf_counter()
        order = torch.randperm(len(data.train))
        draws = augmentation.draw(len(data.train), torch.Generator().manual_seed(number))
        for start, end in batch_bounds(len(data.train), cell.batch_size):
            index = order[start:end]
            images = data.train.images_at(index)
            data.normalise(augmentation.apply(images, [draw[index] for draw in draws]))
        speeds.append(len(data.train) / (time.perf_counter() - started))
        print(f"round {number}: {speeds[-1]:,.0f} images/s")
    steps = ", ".join(step.name for step in cell.augmentation) or "none"
    side = data.train.image_shape[1]
    print(
        f"median {statistics.median(speeds):,.0f} images/s ({cell.dataset} at {side} pixels, "
        f"augmentation: {steps}, {options.threads} thread(s))"
    )


if __name__ == "__main__":
    main()
