"""One cell from prepared data to its folder: what a training job does."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import PreparedData
from reprise.nets.build import count_parameters
from reprise.studies.cell import Cell
from reprise.training.checkpoint import Checkpoint
from reprise.training.history import history_text
from reprise.training.job import Job
from reprise.training.job_steps import Outcome, run_job
from reprise.training.loop import start_run
from reprise.training.whole_run import train_printing, training_metrics


def run_cell(plain: Mapping[str, Any]) -> None:
    """Train the cell of a job, as ``plain_job`` describes it, and write its folder.

    Raises:
        InputError: the device is not there, the prepared file is not whole, or the cell does not
            fit its data.
    """
    job = Job.of(plain)
    run_job(job, partial(_trained, job))


def _trained(job: Job, data: PreparedData, device: torch.device) -> Outcome:
    cell = job.cell
    run = start_run(cell, load_resident(data, cell, device))
    print(_opening(cell, run.model, device, job.threads))
    if job.checkpoint is None:
        epochs = train_printing(run)
        return Outcome(training_metrics(run, epochs), history_text(epochs))
    checkpoint = Checkpoint(job.checkpoint, partial(_identity, job, data, device))
    epochs = train_printing(run, partial(checkpoint.keep, run), checkpoint.resume(run))
    metrics = training_metrics(run, epochs) | {"resumed_after_epochs": checkpoint.resumed_after}
    return Outcome(metrics, history_text(epochs), checkpoint.earlier_seconds)


def _identity(job: Job, data: PreparedData, device: torch.device) -> dict[str, str]:
    """What the state of a run depends on."""
    return {
        "cell": job.cell.canonical(),
        "version of the code": job.identity["fingerprint"],
        "state of the data": data.sha256(),
        "device": device.type,
        "number of threads": str(job.threads),
        "version of PyTorch": str(torch.__version__),
    }


def _opening(cell: Cell, model: torch.nn.Module, device: torch.device, threads: int) -> str:
    return (
        f"{cell.folder}\n{count_parameters(model):,} parameters on {device.type} with {threads} "
        f"thread{'s' if threads != 1 else ''}, {cell.epochs} epochs at batch {cell.batch_size}"
    )
