"""The steps of every job on a cell: device, arithmetic, and the files of its folder."""

import json
import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from typing import Any

import torch
import yaml

from reprise.data.integrity import write_whole
from reprise.data.prepared import PreparedData, open_prepared
from reprise.errors import InputError
from reprise.exclusion import alone_in
from reprise.training.dependencies import dependencies, first_difference
from reprise.training.finished_run import FinishedRun
from reprise.training.gpu_sharing import least_used_gpu
from reprise.training.job import CellFiles, Job
from reprise.training.missing_gpu import no_gpu, unused_gpu
from reprise.training.process import set_up_process
from reprise.training.provenance import provenance
from reprise.training.time_spent import NO_TIME, Stopwatch, TimeSpent


@dataclass(frozen=True)
class Outcome:
    """What a job found.

    Attributes:
        metrics: the entries of metrics.json that are its own.
        history: history.csv as text.
        earlier: the time that earlier parts took of a run that was killed and went on.
    """

    metrics: Mapping[str, Any]
    history: str
    earlier: TimeSpent = NO_TIME


def run_job(job: Job, compute: Callable[[PreparedData, torch.device], Outcome]) -> None:
    """Compute on the job's data and device, and write the job's folder.

    Where another process is at work on the same folder, one that a killed Snakemake left behind for
    example, this waits for its end. What it finished is not computed twice, nor what an earlier
    attempt has finished and lost (see ``reprise.training.finished_run``).

    Raises:
        InputError: the device is not there, the prepared file is not whole or changes meanwhile, or
            what ``compute`` refuses. A file ``failure.json`` says so instead of the others.
    """
    with alone_in(job.files.metrics.parent) as waited:
        if waited and _is_finished(job):
            print("the other process has finished this run, which is taken over", flush=True)
            return
        with _recorded_failure(job.files):
            if not _taken_over(job):
                _compute(job, compute)
                if job.checkpoint is not None:
                    FinishedRun(job.checkpoint).keep(job.files)
        if job.checkpoint is not None:
            job.checkpoint.unlink(missing_ok=True)


def _taken_over(job: Job) -> bool:
    if job.checkpoint is None:
        return False
    taken = FinishedRun(job.checkpoint).restore(job.files, partial(_asked, job))
    if taken:
        print("an earlier attempt has finished this run, which is taken over", flush=True)
    return taken


def _compute(job: Job, compute: Callable[[PreparedData, torch.device], Outcome]) -> None:
    stopwatch = Stopwatch()
    device = chosen_device(job.device)
    if device.type == "cuda":
        device = least_used_gpu()
    set_up_process(job.threads)
    data = open_prepared(job.prepared)
    outcome = compute(data, device)
    spent = outcome.earlier + stopwatch.read()
    read = {
        "name": data.name,
        "variant": data.variant,
        "sha256": data.sha256(),
        "origin": job.origin,
    }
    metrics = {
        **outcome.metrics,
        **spent.metrics(),
        "cell": job.cell.plain(),
        "provenance": {**provenance(device), "data": read},
        **job.identity,
    }
    job.files.write(
        history=outcome.history,
        description=yaml.safe_dump(job.cell.plain(), sort_keys=False),
        metrics=json.dumps(metrics, indent=1) + "\n",
    )


def _is_finished(job: Job) -> bool:
    """Whether the folder holds what the job would write there."""
    try:
        metrics = json.loads(job.files.metrics.read_text(encoding="utf-8"))
        dependencies(metrics)
    except (OSError, ValueError, LookupError, TypeError):
        return False
    return first_difference(metrics, _asked(job)) is None


def _asked(job: Job) -> dict[str, Any]:
    """What the results of the job depend on, as ``dependencies`` gives it of metrics."""
    return {
        "cell": job.cell.plain(),
        **job.identity,
        "device": chosen_device(job.device).type,
        "threads": job.threads,
        "torch": str(torch.__version__),
        "data": open_prepared(job.prepared).sha256(),
    }


def chosen_device(device: str) -> torch.device:
    """The device that a configuration asks for; "auto" takes a GPU where there is one.

    Raises:
        InputError: a GPU is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise InputError(no_gpu())
    if device == "auto" and not available and (warning := unused_gpu()):
        print(warning, flush=True)
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def finite(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return value if math.isfinite(value) else None


@contextmanager
def _recorded_failure(files: CellFiles) -> Iterator[None]:
    """Leaves failure.json where the block raises, and no such file where it does not."""
    files.failure.unlink(missing_ok=True)
    try:
        yield
    except Exception as error:
        # One line is enough to say in a report what happened; the log has the rest.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        # A full disk may have no room for it either, and is not what went wrong first.
        with suppress(OSError):
            write_whole(files.failure, json.dumps({"status": "failed", "error": reason}) + "\n")
        raise
