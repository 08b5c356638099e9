"""Images a second of the pipeline's loop, beside the loop of most tutorials and a bare step."""

import dataclasses
from typing import Any

from loops import PlainLoop, bare_steps, pipeline_loop
from timing import images_per_second, images_per_second_by_batch, ratio

from reprise.data.resident import ResidentData
from reprise.studies.cell import BFLOAT16, Cell
from reprise.training.loop import start_run

WORKERS = 2
# More than a loader's workers make ahead (two batches each).
SKIPPED = 2 * WORKERS + 1


def against_plain_loop(
    cell: Cell, data: ResidentData, *, rounds: int, batches: int
) -> dict[str, Any]:
    """The pipeline's loop in float32 and bfloat16 against a plain loop in float32.

    The faster of the plain loops without and with workers counts. Images are moved and mirrored by
    all of them.
    """
    runs = {name: start_run(cell, data) for name in ("float32", "plain")}
    rough = start_run(dataclasses.replace(cell, precision=BFLOAT16), data)
    speeds = images_per_second(
        {
            "plain": PlainLoop(runs["plain"], 0),
            f"plain, {WORKERS} workers": PlainLoop(runs["plain"], WORKERS),
            "float32": lambda number: pipeline_loop(runs["float32"], number),
            "bfloat16": lambda number: pipeline_loop(rough, number),
        },
        rounds=rounds,
        batches=batches,
        skipped=SKIPPED,
    )
    plain = [max(pair) for pair in zip(*list(speeds.values())[:2], strict=True)]
    ratios = {name: ratio(speeds[name], plain) for name in ("float32", "bfloat16")}
    return {"images_per_second": speeds, "ratio_to_plain_loop": ratios}


def against_bare_step(
    cell: Cell, data: ResidentData, *, rounds: int, batches: int
) -> dict[str, Any]:
    """How much longer an update of the pipeline's loop takes than forward, backward and step.

    Both take turns from batch to batch.
    """
    run, bare = start_run(cell, data), start_run(cell, data)
    speeds = images_per_second_by_batch(
        {
            "loop": lambda number: pipeline_loop(run, number),
            "bare": lambda number: bare_steps(bare, number),
        },
        rounds=rounds,
        batches=min(batches, run.updates_by_epoch[0]),
    )
    return {"images_per_second": speeds, "time_to_bare_step": ratio(speeds["bare"], speeds["loop"])}
