"""Images a second of the pipeline's loop, beside the loop of most tutorials and a bare step."""

import dataclasses
from contextlib import ExitStack
from functools import partial
from importlib.util import find_spec
from typing import Any

import torch
from loops import bare_steps, pipeline_loop
from own_process import OwnProcess
from planned import Place, planned_cell
from timing import Loop, images_per_second, images_per_second_by_batch, ratio

from reprise.data.resident import ResidentData
from reprise.studies.cell import BFLOAT16, Cell
from reprise.training.loop import start_run

WORKERS = 2
# More than a loader's workers make ahead (two batches each).
SKIPPED = 2 * WORKERS + 1


def against_plain_loop(
    place: Place, *, threads: int, rounds: int, batches: int
) -> dict[str, Any] | None:
    """The pipeline's loop in float32 and bfloat16 against a plain loop in float32.

    The faster of the plain loops without and with workers counts. Each has a process of its own, as
    a script of its own would. Images are moved and mirrored by all of them.

    Returns:
        None where the packages of the plain loop are missing.
    """
    if any(find_spec(package) is None for package in ("torchvision", "PIL")):
        return None
    cell, data = planned_cell(place)
    float32 = start_run(cell, data)
    bfloat16 = start_run(dataclasses.replace(cell, precision=BFLOAT16), data)
    with ExitStack() as stack:
        plain_loops = {
            "plain": OwnProcess(_plain_loop, place, 0, threads),
            f"plain, {WORKERS} workers": OwnProcess(_plain_loop, place, WORKERS, threads),
        }
        speeds = images_per_second(
            {
                **{name: stack.enter_context(loop) for name, loop in plain_loops.items()},
                "float32": partial(pipeline_loop, float32),
                "bfloat16": partial(pipeline_loop, bfloat16),
            },
            rounds=rounds,
            batches=batches,
            skipped=SKIPPED,
        )
    plain = [max(pair) for pair in zip(*list(speeds.values())[:2], strict=True)]
    ratios = {name: ratio(speeds[name], plain) for name in ("float32", "bfloat16")}
    return {"images_per_second": speeds, "ratio_to_plain_loop": ratios}


def _plain_loop(place: Place, workers: int, threads: int) -> Loop:
    """In a process that has set its threads and nothing else."""
    from plain_loop import PlainLoop

    torch.set_num_threads(threads)
    return PlainLoop(start_run(*planned_cell(place)), workers)


def against_bare_step(
    cell: Cell, data: ResidentData, *, rounds: int, batches: int
) -> dict[str, Any]:
    """How much longer an update of the pipeline's loop takes than forward, backward and step.

    Both take turns from batch to batch.
    """
    run, bare = start_run(cell, data), start_run(cell, data)
    speeds = images_per_second_by_batch(
        {
            "loop": partial(pipeline_loop, run),
            "bare": partial(bare_steps, bare),
        },
        rounds=rounds,
        batches=min(batches, run.updates_by_epoch[0]),
    )
    return {"images_per_second": speeds, "time_to_bare_step": ratio(speeds["bare"], speeds["loop"])}
