"""Updates of small networks and batches on a GPU: asked for one by one, and replayed."""

import dataclasses
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import torch
from loops import pipeline_loop
from timing import images_per_second, ratio

from reprise.data.resident import ResidentData
from reprise.studies.cell import Cell
from reprise.training.loop import start_run
from reprise.training.machine.device import device_seconds
from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Recorder


def replayed_against_eager(
    cell: Cell,
    data: ResidentData,
    recorder: Callable[[torch.device], Recorder],
    *,
    batch_sizes: Sequence[int],
    rounds: int,
    batches: int,
) -> dict[int, dict[str, Any]]:
    """Images a second of the pipeline's loop at each batch size, eager and replayed, in turns.

    Args:
        recorder: made for each run on its device.
        batches: that are timed in a round; an epoch has more.
    """
    device = data.train.device
    found = {}
    for size in batch_sizes:
        of_size = dataclasses.replace(cell, batch_size=size)
        runs = {
            "eager": start_run(of_size, data),
            "replayed": start_run(of_size, data, recorder(device)),
        }
        speeds = images_per_second(
            {name: partial(pipeline_loop, run) for name, run in runs.items()},
            rounds=rounds,
            batches=batches,
            skipped=UPDATES_BEFORE_RECORDING + 1,
            clock=partial(device_seconds, device),
        )
        found[size] = {
            "images_per_second": speeds,
            "ratio_to_eager": ratio(speeds["replayed"], speeds["eager"]),
            "replayed_updates": runs["replayed"].recorded.replays,
        }
    return found
