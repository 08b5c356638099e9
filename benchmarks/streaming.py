"""Images a second with images at hand of the device, and with images that are streamed.

python benchmarks/streaming.py --configfile config/examples/local-mirror.yaml
"""

import sys
import time
from functools import partial
from pathlib import Path

# Before the modules beside this one, which import the library.
sys.path.insert(0, str(Path(__file__).parents[1] / "workflow" / "scripts"))

from loops import pipeline_loop
from planned import Place, cell_arguments, planned_cell, prepare
from timing import images_per_second, ratio

from reprise.training.loop import start_run
from reprise.training.machine.device import device_seconds
from reprise.training.machine.process import set_up_process

SHARES = {"resident": 1.0, "streamed": 0.0}
SKIPPED = 2
"""Batches of a round before those that are timed, in which the first are read."""


def main() -> None:
    """Train one cell both ways in turns, and print the ratio of their speeds."""
    parser = cell_arguments(__doc__.splitlines()[0], "kth", "fig7")
    parser.add_argument("--device", default="cpu")
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--batches", type=int, default=20)
    parser.add_argument(
        "--processor-time",
        action="store_true",
        help="count the time of all threads on a CPU, which other work beside changes little",
    )
    options = parser.parse_args()
    place = Place(options.study, options.artefact, options.configfile, options.device)
    prepare([place])
    set_up_process(options.threads)
    loops = {}
    for name, share in SHARES.items():
        run = start_run(*planned_cell(place, share))
        loops[name] = partial(pipeline_loop, run)
    waited = partial(device_seconds, run.data.train.device)
    clock = time.process_time if options.processor_time else waited
    speeds = images_per_second(
        loops,
        rounds=options.rounds,
        batches=options.batches,
        skipped=SKIPPED,
        clock=clock,
    )
    found = ratio(speeds["streamed"], speeds["resident"])
    side = run.data.train.image_shape[1]
    print(
        f"{place} ({run.cell.model.name} at batch {run.cell.batch_size}, {side} pixels): streamed "
        f"images a second over resident {found['median']:.3f} ({found['least']:.3f} to "
        f"{found['largest']:.3f} in {options.rounds} rounds)"
    )


if __name__ == "__main__":
    main()
