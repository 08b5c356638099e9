"""The updates of a run again and again, to measure its speed."""

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import open_prepared
from reprise.training.evaluation import Tally
from reprise.training.jobs.job import Job
from reprise.training.jobs.steps import chosen_device
from reprise.training.loop import Run, start_run, updates
from reprise.training.machine.arithmetic import check_precision
from reprise.training.machine.device import device_seconds
from reprise.training.machine.process import set_up_process
from reprise.training.recordings.cuda_graphs import cuda_graphs_of

Memory = tuple[int, int | None]
Endless = tuple[Iterator[int], Callable[[], float], Callable[[], Memory]]
"""The images of each update; seconds of a clock that waits for the device; and the bytes that a run
takes of a GPU's memory, and those that are free (0 and None on a CPU)."""


def endless_run(job: Job) -> Endless:
    """Start the run of a job.

    Raises:
        InputError: the device is not there, or the data are not whole.
    """
    device = chosen_device(job.device)
    check_precision(job.cell.computed_in, device)
    set_up_process(job.threads, job.cell.computed_in)
    prepared = open_prepared(job.prepared)
    data = load_resident(prepared, job.cell, device, job.resident_share)
    run = start_run(job.cell, data, cuda_graphs_of(job, device))
    return endless_updates(run)


def endless_updates(run: Run) -> Endless:
    """The updates of a run that has started, epoch after epoch."""
    device = run.data.train.device
    return _updates(run), partial(device_seconds, device), partial(_memory, device)


def _updates(run: Run) -> Iterator[int]:
    tally = Tally(run.data.train.labels, run.task)
    for number in count():
        for update in updates(run, number % run.cell.epochs):
            tally.add(update.loss, update.logits, update.labels)
            yield len(update.labels)


def _memory(device: torch.device) -> Memory:
    if device.type != "cuda":
        return 0, None
    free, _ = torch.cuda.mem_get_info(device)
    return torch.cuda.max_memory_reserved(device), free
