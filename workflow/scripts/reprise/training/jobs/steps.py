"""The steps of every job on a cell: device, arithmetic, and the files of its folder."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml

from reprise.data.integrity import sha256_of, write_whole
from reprise.data.prepared import OpenedData, open_prepared
from reprise.exclusion import alone_in
from reprise.studies.run_folders import weights_path
from reprise.studies.statuses import FAILED
from reprise.training.jobs.finished_before import is_finished, take_over_copy
from reprise.training.jobs.job import CellFiles, Job, copy_beside
from reprise.training.jobs.provenance import provenance
from reprise.training.jobs.run_time import NO_TIME, OutOfTime, Stopwatch, TimeSpent
from reprise.training.machine.arithmetic import check_precision
from reprise.training.machine.device import chosen_device
from reprise.training.machine.gpus import least_used_gpu
from reprise.training.machine.process import set_up_process


@dataclass(frozen=True)
class Computed:
    """What a job computed.

    Attributes:
        metrics: the entries of metrics.json that are its own.
        history: history.csv as text.
        earlier: the time that earlier parts took of a run that was killed and went on.
        placement: in a word, where the images lay.
    """

    metrics: Mapping[str, Any]
    history: str
    earlier: TimeSpent = NO_TIME
    placement: str | None = None


def run_job(job: Job, compute: Callable[[OpenedData, torch.device], Computed]) -> None:
    """Compute on the job's data and device, and write the job's folder.

    Where another process is at work on the same folder, one that a killed Snakemake left behind for
    example, this waits for its end. What it finished is not computed twice, nor what an earlier
    attempt has finished and lost: a copy is left beside the checkpoint, which Snakemake removes at
    the end of its run (see ``reprise.hooks.finished_runs``).

    Raises:
        InputError: the device is not there, the prepared file is not whole or changes meanwhile, or
            what ``compute`` refuses. A file ``failure.json`` says so instead of the others.
        OutOfTime: the run has to be over, and has kept its state.
    """
    with alone_in(job.files.metrics.parent) as waited:
        if waited and is_finished(job):
            print("the other process has finished this run, which is taken over", flush=True)
            return
        with _recorded_failure(job.files):
            if not take_over_copy(job):
                _compute(job, compute)
                if job.checkpoint is not None:
                    job.files.copy_to(copy_beside(job.checkpoint))
        if job.checkpoint is not None:
            job.checkpoint.unlink(missing_ok=True)


def _compute(job: Job, compute: Callable[[OpenedData, torch.device], Computed]) -> None:
    stopwatch = Stopwatch()
    device = chosen_device(job.device)
    if device.type == "cuda":
        device = least_used_gpu()
    check_precision(job.cell.computed_in, device)
    set_up_process(job.threads, job.cell.computed_in)
    data = open_prepared(job.prepared)
    computed = compute(data, device)
    spent = computed.earlier + stopwatch.read()
    read = {
        "name": data.name,
        "variant": data.variant,
        "sha256": data.sha256(),
        "classes": data.class_count,
        "test_images": job.cell.test_images or len(data.test_images),
        "origin": job.origin,
        "placement": computed.placement,
    }
    runner = {"runner": job.runner} if job.runner else {}
    size = job.cell.micro_batch_size
    start = {"weights": _starting_weights(job.cell.weights)} if job.cell.weights else {}
    how = {"gradients": f"accumulated over micro-batches of {size} images"} if size else {}
    metrics = {
        **computed.metrics,
        **spent.metrics(),
        "cell": job.cell.plain(),
        "provenance": {**provenance(device), **runner, **how, **start, "data": read},
        **job.identity,
    }
    job.files.write(
        history=computed.history,
        description=yaml.safe_dump(job.cell.plain(), sort_keys=False),
        metrics=json.dumps(metrics, indent=1) + "\n",
    )


def _starting_weights(stem: str) -> dict[str, str]:
    return {"name": stem, "sha256": sha256_of(Path(weights_path(stem)))}


def finite(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return value if math.isfinite(value) else None


@contextmanager
def _recorded_failure(files: CellFiles) -> Iterator[None]:
    """Leaves failure.json where the block raises, and no such file where it does not."""
    files.failure.unlink(missing_ok=True)
    try:
        yield
    except OutOfTime:
        raise
    except Exception as error:
        # One line is enough to say in a report what happened; the log has the rest.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        # A full disk may have no room for it either, and is not what went wrong first.
        with suppress(OSError):
            write_whole(files.failure, json.dumps({"status": FAILED, "error": reason}) + "\n")
        raise
