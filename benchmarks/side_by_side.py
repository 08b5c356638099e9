"""Images a second of several cells that train at once, each a process with one CPU thread."""

import time
from collections.abc import Sequence
from itertools import chain, count
from multiprocessing import get_context
from typing import Any

from loops import pipeline_loop
from planned import Place, planned_cell

from reprise.training.loop import start_run
from reprise.training.machine.device import device_seconds
from reprise.training.machine.process import set_up_process

LONGEST_START_SECONDS = 300


def side_by_side(numbers: Sequence[int], place: Place, *, seconds: float = 8.0) -> dict[str, Any]:
    """The speed of all cells together, for each number of cells, the first of which is 1.

    Args:
        numbers: of cells.
        place: where the cell stands.
        seconds: for which they train.
    """
    found = {}
    for number in numbers:
        context = get_context("spawn")
        start, answers = context.Barrier(number), context.Queue()
        processes = [
            context.Process(target=_train, args=(place, seconds, start, answers))
            for _ in range(number)
        ]
        for process in processes:
            process.start()
        found[number] = sum(answers.get(timeout=LONGEST_START_SECONDS) for _ in processes)
        for process in processes:
            process.join()
    return {
        "images_per_second": found,
        "ratio_to_one": {number: speed / found[numbers[0]] for number, speed in found.items()},
    }


def _train(place: Place, seconds: float, start: Any, answers: Any) -> None:
    set_up_process(1)
    cell, data = planned_cell(place)
    run, device = start_run(cell, data), data.train.device
    steps = chain.from_iterable(pipeline_loop(run, epoch) for epoch in count())
    for _ in range(3):
        next(steps)
    start.wait(timeout=LONGEST_START_SECONDS)
    started, images = device_seconds(device), 0
    while time.perf_counter() - started < seconds:
        images += next(steps)
    answers.put(images / (device_seconds(device) - started))
