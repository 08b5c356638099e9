"""Updates by the way they are asked for, by the order in memory, and by precision."""

import dataclasses
import time
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from statistics import median
from typing import Any

import torch
from findings import Findings
from loops import pipeline_loop
from planned_samples import planned_samples, with_batch
from timing import images_per_second

from reprise.estimates.calibration import SampleCell, made_up_data
from reprise.studies.cell import BFLOAT16, FLOAT32, TFLOAT32, Cell
from reprise.training.loop import Run, start_run, train
from reprise.training.machine.arithmetic import check_precision, round_products
from reprise.training.machine.device import device_seconds
from reprise.training.recordings.gradients import UPDATES_BEFORE_RECORDING, Recorder

CELLS = (
    ("resnet56", "batch", 128), ("resnet56", "batch", 8), ("mgnet", "batch", 128),
    ("mgnet", "group", 8), ("resnet18", "batch", 128), ("resnet18", "batch", 512),
    ("resnet9", "batch", 512), ("wide_resnet", "ghost_batch", 128), ("plain_cnn", "none", 20),
)  # fmt: skip
"""Model, norm and batch size."""

LAYOUTS = {"NHWC": torch.channels_last, "NCHW": torch.contiguous_format}
UPDATES = 60
# Those before a recording, the recording, and one that finds all in place.
FIRST_UPDATES = UPDATES_BEFORE_RECORDING + 2
Recorders = Callable[[torch.device], Recorder] | None


def time_updates(
    findings: Findings,
    ends: float,
    *,
    device: torch.device,
    recorder: Recorders,
    scale: str = "paper",
    cells: Sequence[tuple[str, str, int]] = CELLS,
    count: int = UPDATES,
) -> None:
    """Time updates of each cell, a line for each combination.

    In each precision, updates whose operations are asked for one by one are timed in both layouts.
    The faster layout alone is then timed with recordings: of gradients, and of whole updates.

    Args:
        recorder: made for each run; None: nothing is replayed.
        scale: whose cells are taken.
        cells: model, norm and batch size; what the scale does not have is written and passed over.
        count: updates that are timed.

    Raises:
        RuntimeError: no combination could be timed.
    """
    samples, timed = planned_samples(scale), 0
    for model, norm, batch_size in cells:
        sample = with_batch(samples, model, norm, batch_size)
        if sample is None:
            findings.add(model=model, norm=norm, error=f"no such cell at the scale {scale}")
            continue
        for precision in _precisions(device):
            if time.time() > ends - 2:
                findings.add(stopped_before=[model, norm, batch_size, precision])
                return
            changes = {"batch_size": batch_size, "precision": precision}
            named = {"model": model, "norm": norm, **changes}
            for line in _in_precision(sample, changes, device, recorder, count):
                timed += "error" not in line
                findings.add(**named, **line)
    if not timed:
        raise RuntimeError("nothing could be timed")


def _precisions(device: torch.device) -> list[str]:
    return [FLOAT32, TFLOAT32, BFLOAT16] if device.type == "cuda" else [FLOAT32]


@dataclasses.dataclass(frozen=True)
class _Trial:
    """What is timed: a sample with changes of its cell, and how it is computed."""

    sample: SampleCell
    changes: dict[str, Any]
    device: torch.device
    count: int
    layout: str
    recorder: Recorders = None


def _in_precision(
    sample: SampleCell,
    changes: dict[str, Any],
    device: torch.device,
    recorder: Recorders,
    count: int,
) -> Iterator[dict[str, Any]]:
    speeds = {}
    for layout in LAYOUTS:
        line = _timed(_Trial(sample, changes, device, count, layout))
        if "images_per_second" in line:
            speeds[layout] = line["images_per_second"]
        yield {"layout": layout, "updates": "eager", **line}
    if recorder is None or not speeds:
        return
    fastest = max(speeds, key=speeds.__getitem__)
    replayed = _Trial(sample, changes, device, count, fastest, recorder)
    for name, speed_of in (("gradients replayed", _by_update), ("updates replayed", _by_epoch)):
        line = _timed(replayed, speed_of)
        if "images_per_second" in line:
            line["times_eager"] = line["images_per_second"] / speeds[fastest]
        yield {"layout": fastest, "updates": name, **line}


def _by_update(run: Run, count: int) -> float:
    """Images a second of updates that are looked at one by one."""
    device = run.data.train.device
    speeds = images_per_second(
        {"loop": partial(pipeline_loop, run)},
        rounds=1,
        batches=count,
        skipped=FIRST_UPDATES,
        clock=partial(device_seconds, device),
    )
    return median(speeds["loop"])


def _by_epoch(run: Run, count: int) -> float:
    """Images a second of the second epoch, its augmentation included and its evaluation not.

    Raises:
        RuntimeError: updates of this run are not replayed.
    """
    *_, last = train(run, stop_after=2)
    if run.recorded_updates is None or not run.recorded_updates.replayed:
        raise RuntimeError("whole updates of this cell cannot be replayed")
    return last.images_per_second


def _timed(trial: _Trial, speed_of: Callable[[Run, int], float] = _by_update) -> dict[str, Any]:
    try:
        check_precision(trial.changes["precision"], trial.device)
        round_products(trial.changes["precision"])
        return {"images_per_second": round(speed_of(_run(trial), trial.count), 1)}
    except Exception as error:
        # One combination that fails says nothing of the others.
        return {"error": f"{type(error).__name__}: {error}".splitlines()[0]}


def _run(trial: _Trial) -> Run:
    cell: Cell = dataclasses.replace(
        trial.sample.cell, batch_size_schedule=None, train_images=None, test_images=None,
        validation_share=0.0, **trial.changes,
    )  # fmt: skip
    images = (FIRST_UPDATES + trial.count) * cell.batch_size
    data = made_up_data(dataclasses.replace(trial.sample, cell=cell), images, trial.device)
    run = start_run(cell, data, trial.recorder(trial.device) if trial.recorder else None)
    run.model.to(memory_format=LAYOUTS[trial.layout])
    run.data = dataclasses.replace(run.data, memory_format=LAYOUTS[trial.layout])
    return run
