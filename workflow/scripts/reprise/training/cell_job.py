"""One cell from prepared data to its folder: what a training job does."""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import torch

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData, chosen_rows, resident_split
from reprise.data.validation import hold_out
from reprise.nets.build import count_parameters
from reprise.studies.cell import Cell
from reprise.studies.measure_forms import REPORTED_SERIES
from reprise.training.history import Epoch, history_text
from reprise.training.job import Job
from reprise.training.job_steps import Outcome, finite, run_job
from reprise.training.loop import Run, diverged, start_run, train


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
    epochs = train_printing(run)
    return Outcome(training_metrics(run, epochs), history_text(epochs))


def train_printing(run: Run, on_epoch: Callable[[Epoch], None] = lambda epoch: None) -> list[Epoch]:
    """Train to the end of the run, as ``train`` does, and print a line an epoch."""
    printer = _EpochPrinter(run.cell.epochs)

    def told(epoch: Epoch) -> None:
        printer(epoch)
        on_epoch(epoch)

    return train(run, on_epoch=told)


def training_metrics(run: Run, epochs: Sequence[Epoch]) -> dict[str, Any]:
    """The entries of metrics.json that tell how the training of a run ended."""
    last = epochs[-1]
    return {
        "status": "diverged" if diverged(last) else "finished",
        **{name: finite(getattr(last, name)) for name in REPORTED_SERIES},
        "epochs": last.epoch,
        "updates": last.updates,
        "parameters": count_parameters(run.model),
        "images_per_second": round(sum(e.images_per_second for e in epochs) / len(epochs), 1),
    }


def load_resident(data: PreparedData, cell: Cell, device: torch.device) -> ResidentData:
    """The images that a cell uses, at hand of its device.

    Raises:
        InputError: a class is left without images to train on or to validate with.
    """
    train_rows = chosen_rows(len(data.train_labels), cell.train_images)
    test_rows = chosen_rows(len(data.test_labels), cell.test_images)
    test = resident_split(data.test_images, data.test_labels, test_rows, device)
    validation = test
    if cell.validation_share:
        train_rows, held = hold_out(
            train_rows, data.train_labels, cell.validation_share, f"data set {data.name}"
        )
        validation = resident_split(data.train_images, data.train_labels, held, device)
    channels = len(data.mean)
    own = cell.normalisation
    mean, std = (
        (data.mean, data.std) if own is None else ([own.mean] * channels, [own.std] * channels)
    )
    per_channel = {"dtype": torch.float32, "device": device}
    return ResidentData(
        train=resident_split(data.train_images, data.train_labels, train_rows, device),
        validation=validation,
        test=test,
        classes=len(data.classes),
        mean=torch.tensor(mean, **per_channel).view(1, -1, 1, 1),
        std=torch.tensor(std, **per_channel).view(1, -1, 1, 1),
    )


class _EpochPrinter:
    """Prints one line an epoch, with the time that is left."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.seconds = 0.0

    def __call__(self, epoch: Epoch) -> None:
        self.seconds += epoch.seconds
        left = self.seconds / epoch.epoch * (self.epochs - epoch.epoch)
        print(
            f"epoch {epoch.epoch:>3}/{self.epochs}"
            f"  train loss {epoch.train_loss:.4f}, accuracy {epoch.train_accuracy:6.2f} %"
            f"  test loss {epoch.test_loss:.4f}, accuracy {epoch.test_accuracy:6.2f} %"
            f"  learning rate {epoch.learning_rate:.3g}"
            f"  {epoch.images_per_second:,.0f} images/s"
            f"  {_duration(left)} left",
            flush=True,
        )


def _opening(cell: Cell, model: torch.nn.Module, device: torch.device, threads: int) -> str:
    return (
        f"{cell.folder}\n{count_parameters(model):,} parameters on {device.type} with {threads} "
        f"thread{'s' if threads != 1 else ''}, {cell.epochs} epochs at batch {cell.batch_size}"
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"
