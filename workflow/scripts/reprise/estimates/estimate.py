"""From a configuration to its bill, with this machine measured in between."""

import subprocess
import sys
import time
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from functools import cache, partial
from multiprocessing import get_context
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from reprise.data.integrity import write_whole
from reprise.elsewhere.listing import back_text
from reprise.estimates.bill import COLUMNS, bill, bill_text, run_costs, samples_of
from reprise.estimates.calibration import Cost, SampleCell, measure_cost
from reprise.estimates.decidable_text import decidable_text
from reprise.estimates.precision import precision_text
from reprise.folders import own_or_built_in
from reprise.inventory import LIBRARY
from reprise.planning.plan import Plan
from reprise.planning.up_to_date import UpToDate
from reprise.training.jobs.job import MODULES_OF_A_JOB
from reprise.training.jobs.provenance import device_name
from reprise.training.jobs.steps import chosen_device
from reprise.training.machine.gpus import least_used_gpu
from reprise.training.machine.process import give_back_memory, set_up_process
from reprise.training.recordings.cuda_graphs import CudaGraphs


def estimate(
    config: Mapping[str, Any], root: Path, results: Path, cores: int, on_gpus: int | None = None
) -> str:
    """Estimate what a configuration costs on this machine, and write ``<results>/bill.csv``.

    Args:
        config: keys and values as Snakemake hands them over.
        root: the working folder.
        results: the results folder of the scale.
        cores: jobs that run side by side.
        on_gpus: the most that run side by side on the GPUs of this machine; None: there is no other
            limit than that of the cores.

    Returns:
        The bill as text, with what it assumes, and how many claims the seeds can decide.

    Raises:
        InputError: the configuration cannot be run, or asks for a device that is not there.
    """
    plan = Plan.of(config, root)
    device = chosen_device(plan.settings.device)
    limits = (cores,) if device.type == "cpu" or on_gpus is None else (cores, on_gpus)
    side_by_side = max(1, min(limits))
    started = time.perf_counter()
    samples = samples_of(plan)
    measure = partial(
        measure_all,
        device=device,
        side_by_side=side_by_side,
        recorded=plan.settings.cuda_graphs and device.type == "cuda",
    )
    costs = measure(samples)
    rounding = precision_text(plan.scale.precision, samples, costs, device, measure)
    start = 0.0 if plan.scale.forked_jobs else start_seconds()
    seconds = time.perf_counter() - started
    runs = run_costs(plan, costs, start)
    today = UpToDate(plan, results)

    def is_finished(run: str) -> bool:
        # The name of a file of weights says what it was made from.
        return (root / run).exists() if run in plan.weights_cells else today.is_current(run)

    finished = [run for run in runs if is_finished(run)]
    rows = bill(plan, runs, finished, side_by_side)
    table = pd.DataFrame(rows, columns=COLUMNS)
    write_whole(results / "bill.csv", table.to_csv(index=False))
    assumed = f"{_assumptions(plan, device, side_by_side, len(costs), seconds)}\n{rounding}"
    listed = back_text(results / "jobs.json", lambda run: run in runs and is_finished(run))
    assumed += f"\n{listed}" if listed else ""
    return f"{bill_text(rows)}\n\n{assumed}\n\n{decidable_text(plan, own_or_built_in('reference'))}"


def measure_all(
    samples: Mapping[str, SampleCell],
    device: torch.device,
    side_by_side: int,
    recorded: bool = False,
) -> dict[str, Cost]:
    """Measure samples, as many at a time as jobs will run, since they slow each other down.

    Args:
        samples: by name.
        device: where; of several GPUs each process takes that which has the fewest.
        side_by_side: at a time.
        recorded: whether a GPU replays updates that it has recorded, as jobs do.
    """
    prepare = partial(set_up_process, 1)
    with ProcessPoolExecutor(side_by_side, _context(), initializer=prepare) as pool:
        measured = pool.map(partial(_measured, device, recorded), samples.values())
        return dict(zip(samples, measured, strict=True))


def _context() -> BaseContext:
    """How processes are started; on Linux they are forks of one that has imported torch."""
    if sys.platform != "linux":
        return get_context("spawn")
    context = get_context("forkserver")
    context.set_forkserver_preload(["torch._dynamo"])
    return context


def _measured(device: torch.device, recorded: bool, sample: SampleCell) -> Cost:
    """What a sample costs; its memory does not stay with the worker, which has others to come."""
    if device.type == "cuda":
        device = _gpu_of_this_process()
    cost = measure_cost(sample, device, CudaGraphs if recorded else None)
    give_back_memory()
    return cost


@cache
def _gpu_of_this_process() -> torch.device:
    return least_used_gpu()


def start_seconds() -> float:
    """What a job of its own takes before it can train: importing what it needs."""
    started = time.perf_counter()
    imports = f"import {', '.join(MODULES_OF_A_JOB)}"
    search = f"import sys; sys.path.insert(0, {str(LIBRARY.parent)!r}); "
    subprocess.run([sys.executable, "-c", search + imports], check=True)
    return time.perf_counter() - started


def _assumptions(
    plan: Plan, device: torch.device, side_by_side: int, measured: int, seconds: float
) -> str:
    seeds = f"{len(plan.seeds)} seed{'s' if len(plan.seeds) != 1 else ''}"
    jobs = f"{side_by_side} job{'s' if side_by_side != 1 else ''} at a time"
    return (
        f"Scale {plan.scale.name}, {seeds}, {jobs} on {device_name(device)}.\n"
        f"Operations are counted; hours come from {measured} short measurements of this machine "
        f"({seconds:.0f} s) and are rough.\n"
        "Runs that several artefacts share count in each of them, and once in their sum. Runs of "
        "probes count as the training of their cell. A run that gives starting weights counts with "
        "the runs that need it."
    )
