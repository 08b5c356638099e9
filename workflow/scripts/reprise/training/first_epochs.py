"""The first epochs of a cell, to compare them with those of a kept run."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import OpenedData
from reprise.training.history import history_text
from reprise.training.job import Job
from reprise.training.job_steps import Outcome, run_job
from reprise.training.loop import start_run, train
from reprise.training.whole_run import EpochPrinter, training_metrics


def run_first_epochs(plain: Mapping[str, Any]) -> None:
    """Train the cell of a job for some epochs as a whole run would, and write a folder as of a
    whole run.

    Args:
        plain: as ``plain_job`` describes a job, with ``first_epochs``, the number of epochs.

    Raises:
        InputError: as ``run_cell`` does.
    """
    job = Job.of(plain)
    run_job(job, partial(_trained, job, plain["first_epochs"]))


def _trained(job: Job, epochs: int, data: OpenedData, device: torch.device) -> Outcome:
    run = start_run(job.cell, load_resident(data, job.cell, device, job.resident_share))
    printer = EpochPrinter(min(epochs, job.cell.epochs), job.cell.task)
    trained = train(run, printer, stop_after=epochs)
    metrics = training_metrics(run, trained)
    return Outcome(metrics, history_text(trained), placement=run.data.placement)
