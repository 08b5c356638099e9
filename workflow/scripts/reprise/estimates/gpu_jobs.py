"""How many cells at a time a GPU trains fastest, by a short trial of the cell that is run most."""

import multiprocessing
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any

import torch

from reprise.elsewhere.endless_run import Endless, endless_updates
from reprise.elsewhere.number_of_workers import proposed_workers
from reprise.elsewhere.trial import TrialSpeed, side_by_side
from reprise.errors import InputError
from reprise.estimates.calibration import SampleCell, made_up_run, sample_of
from reprise.planning.plan import Plan
from reprise.training.jobs.steps import chosen_device
from reprise.training.machine.process import set_up_process
from reprise.training.recordings.cuda_graphs import CudaGraphs
from reprise.training.recordings.gradients import Recorder

Tried = Callable[[int], Sequence[TrialSpeed]]


def gpu_jobs(config: Mapping[str, Any], root: Path, cores: int) -> str:
    """Find the number of cells at a time with which a configuration's runs train most images a
    second on one GPU of this machine.

    Args:
        config: keys and values as Snakemake hands them over.
        root: the working folder.
        cores: of the CPU that jobs may keep busy.

    Returns:
        What was tried and how to use what was found.

    Raises:
        InputError: the configuration cannot be run, this machine has no GPU, or one cell by itself
            cannot be trained on it.
    """
    plan = Plan.of(config, root)
    gpus = _gpus(plan.settings.device)
    if not gpus:
        raise InputError(
            "gpu_jobs: expected a GPU, found none to use: on a CPU, `--cores` says how many cells "
            "run at a time"
        )
    sample, count = most_frequent_sample(plan)
    recorder = CudaGraphs if plan.settings.cuda_graphs else None
    train = partial(endless_sample, sample, torch.device("cuda", 0), recorder)
    tried = partial(side_by_side, train)
    return proposal_text(sample, count, len(plan.run_cells), tried, cores, gpus)


def most_frequent_sample(plan: Plan) -> tuple[SampleCell, int]:
    """What most of a plan's runs cost, and how many they are."""
    named = [sample_of(cell, plan.source(cell)) for cell in plan.run_cells.values()]
    (name, count), *_ = Counter(name for name, _ in named).most_common()
    return dict(named)[name], count


def endless_sample(
    sample: SampleCell,
    device: torch.device,
    recorder: Callable[[torch.device], Recorder] | None = None,
) -> Endless:
    """Train a sample on made-up images without an end, as ``side_by_side`` wants it.

    Args:
        sample: to be trained.
        device: where.
        recorder: makes what records updates on the device, where jobs replay them.
    """
    set_up_process(1, sample.cell.computed_in)
    recorded = recorder(device) if recorder else None
    return endless_updates(made_up_run(sample, sample.cell.batch_size, device, recorded))


def proposal_text(
    sample: SampleCell, count: int, runs: int, tried: Tried, cores: int, gpus: int
) -> str:
    """Try one, two, four and eight cells at a time, and say what to use.

    Args:
        sample: that is tried.
        count: of the runs that it stands for, among ``runs``.
        tried: trains so many of it at once on one GPU.
        cores: of the CPU.
        gpus: of this machine.

    Raises:
        InputError: one cell by itself cannot be trained.
    """
    cell = sample.cell
    lines = [
        f"Tried on made-up images: {cell.model.name} with {cell.norm.name} norm at a batch of "
        f"{cell.batch_size}, which stands for {count} of {runs} runs."
    ]
    try:
        best = proposed_workers(tried, cores, told=lines.append)
    except RuntimeError as error:
        raise InputError(
            f"gpu_jobs: expected to train {cell.model.name} at a batch of {cell.batch_size} on one "
            f"GPU, but {error}: see the log"
        ) from None
    each = f" ({best} for each of {gpus} GPUs)" if gpus > 1 else ""
    lines.append(f"Use: snakemake --profile gpu --resources gpu={best * gpus} ...{each}")
    return "\n".join(lines)


def _gpus(device: str) -> int:
    """How many GPUs a configuration may use here. Asked in another process: one that has asked
    cannot fork others that use a GPU."""
    context = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(1, context) as pool:
        return pool.submit(_count_gpus, device).result()


def _count_gpus(device: str) -> int:
    return torch.cuda.device_count() if chosen_device(device).type == "cuda" else 0
