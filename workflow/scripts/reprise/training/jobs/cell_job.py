"""One cell from prepared data to its folder: a whole run, or its first epochs alone."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import OpenedData
from reprise.nets.build import count_parameters
from reprise.studies.cell import BFLOAT16, Cell
from reprise.training.checkpoint import checkpoint_of
from reprise.training.history import history_text
from reprise.training.jobs.job import Job
from reprise.training.jobs.steps import Computed, run_job
from reprise.training.jobs.whole_run import (
    EpochPrinter,
    computed_of,
    train_printing,
    training_metrics,
)
from reprise.training.loop import start_run, train
from reprise.training.machine.arithmetic import has_bfloat16
from reprise.training.recordings.cuda_graphs import cuda_graphs_of


def run_cell(plain: Mapping[str, Any]) -> None:
    """Train the cell of a job, as ``Job.plain`` describes it, and write its folder.

    Raises:
        InputError: the device is not there, the prepared file is not whole, or the cell does not
            fit its data.
    """
    job = Job.of(plain)
    run_job(job, partial(_trained, job))


def run_first_epochs(plain: Mapping[str, Any]) -> None:
    """Train the cell of a job for some epochs as a whole run would, and write a folder as of a
    whole run.

    Args:
        plain: as ``Job.plain`` describes a job, with ``first_epochs``, the number of epochs.

    Raises:
        InputError: as ``run_cell`` does.
    """
    job = Job.of(plain)
    run_job(job, partial(_first_epochs, job, plain["first_epochs"]))


def _trained(job: Job, data: OpenedData, device: torch.device) -> Computed:
    cell = job.cell
    recorder = cuda_graphs_of(job, device)
    run = start_run(cell, load_resident(data, cell, device, job.resident_share), recorder)
    print(_opening(cell, run.model, device, job.threads))
    checkpoint = checkpoint_of(job, data, device)
    epochs = train_printing(run, checkpoint=checkpoint)
    metrics = training_metrics(run, epochs)
    return computed_of(metrics, history_text(epochs), checkpoint, run.data.placement)


def _first_epochs(job: Job, epochs: int, data: OpenedData, device: torch.device) -> Computed:
    run = start_run(job.cell, load_resident(data, job.cell, device, job.resident_share))
    printer = EpochPrinter(min(epochs, job.cell.epochs), job.cell.task)
    trained = train(run, printer, stop_after=epochs)
    metrics = training_metrics(run, trained)
    return Computed(metrics, history_text(trained), placement=run.data.placement)


def _opening(cell: Cell, model: torch.nn.Module, device: torch.device, threads: int) -> str:
    slow = cell.computed_in == BFLOAT16 and not has_bfloat16(device)
    return (
        f"{cell.folder}\n{count_parameters(model):,} parameters on {device.type} with {threads} "
        f"thread{'s' if threads != 1 else ''}, {cell.epochs} epochs at batch {cell.batch_size} in "
        f"{cell.computed_in}"
        f"{_pieces(cell)}"
        f"{', which this machine has no instructions for: float32 is faster here' if slow else ''}"
    )


def _pieces(cell: Cell) -> str:
    if cell.micro_batch_size is None:
        return ""
    return f", gradients accumulated over micro-batches of {cell.micro_batch_size} images"
