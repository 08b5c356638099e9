"""Some minutes on a GPU: tests, times and runs, a phase after the other (see gpu/README.md).

gpu/kit.sh JOBS --out FOLDER
"""

import argparse
import os
import sys
import tempfile
import time
from contextlib import suppress
from functools import partial
from importlib import import_module
from pathlib import Path

STARTED = time.time()
ROOT = Path(__file__).resolve().parents[2]
sys.path[:0] = [str(ROOT / "workflow" / "scripts"), str(ROOT / "benchmarks")]

from findings import Findings  # noqa: E402
from finished_runs import FinishedRuns  # noqa: E402
from phases import Phase, Phases  # noqa: E402
from wheels import unpack_wheels  # noqa: E402

SECONDS = 460.0
SHORT_SECONDS = 28.0
# Forks share what is imported before.
IMPORTED = (
    "torch",
    "torch._dynamo",
    "reprise.training.jobs.cell_job",
    "timed_updates",
    "gradients",
)
NAMES = ("machine", "data", "tests", "gradients", "killed", "updates", "at_once", "runs")


def main() -> int:
    """Work through the phases; 0 if all are done, 1 if one failed or was late, 2 for bad input."""
    options = _options()
    out = options.out.resolve()
    if not options.jobs.is_file():
        print(
            f"Error: {options.jobs}: expected a list of jobs, found no such file: write it with "
            "`snakemake jobs` (docs/elsewhere.md)",
            file=sys.stderr,
        )
        return 2
    (out / "logs").mkdir(parents=True, exist_ok=True)
    findings = Findings(out / "kit.jsonl", STARTED)
    with tempfile.TemporaryDirectory() as scratch:
        wheels = unpack_wheels(ROOT / "gpu" / "wheels", Path(scratch) / "packages")
        findings.add(short=options.short, seconds=options.seconds, wheels=wheels)
        _import_ahead(findings)
        finished = FinishedRuns(_results(options.jobs), out / "finished.tar")
        phases = _phases(options, out, Path(scratch))
        work = Phases(findings, out / "logs", STARTED + options.seconds, finished.swap)
        ended = work.work_through(phases)
    findings.add(
        ended=ended,
        runs_in_tar=len(finished.kept),
        left_out_of_tar=[str(folder) for folder in finished.left_out],
    )
    print("\n".join(f"{name}: {how}" for name, how in ended.items()))
    print(f"{out / 'kit.jsonl'} has what was found, {out / 'finished.tar'} the runs that finished.")
    return 0 if set(ended.values()) == {"done"} else 1


def _phases(options: argparse.Namespace, out: Path, scratch: Path) -> list[Phase]:
    short, jobs = options.short, options.jobs

    def later(module: str, function: str, **arguments) -> partial:
        return partial(_call, module, function, arguments)

    device = {"device": None}
    updates = {"scale": "demo", "cells": [("resnet56", "batch", 16)], "count": 3} if short else {}
    at_once = {"numbers": (1, 2), "seconds": 0.5} if short else {}
    data = later("prepared_data", "prepare_listed", listed=jobs, archives=ROOT / "gpu" / "archives")
    killed = {"listed": jobs, "folder": scratch, **({"images": 200} if short else {})}
    phases = [
        Phase("machine", 15, later("machine", "describe_machine", out=out)),
        Phase("data", 60, data, background=True),
        Phase("tests", 30, later("gpu_tests", "run_gpu_tests", root=ROOT)),
        Phase(
            "gradients",
            30,
            later("gradients", "compare_gradients", **device, most=3 if short else None),
        ),
        Phase("killed", 25, later("killed_run", "compare_killed_run", **killed), needs=("data",)),
        Phase("updates", 130, later("timed_updates", "time_updates", **device, **updates)),
        Phase(
            "at_once",
            60,
            later("cells_at_once", "time_cells_at_once", listed=jobs, **at_once),
            needs=("data",),
        ),
        Phase("runs", options.seconds, partial(_run_listed, jobs=jobs), needs=("data",)),
    ]
    last = NAMES.index(options.until) + 1
    return [phase for phase in phases if phase.name in NAMES[:last]]


def _call(module: str, function: str, arguments: dict, findings: Findings, ends: float) -> None:
    """Import a phase where its failure is written, and call it."""
    if "device" in arguments:
        arguments = {**arguments, "device": _device()}
    if module == "timed_updates":
        arguments = {**arguments, "recorder": _recorder(arguments["device"])}
    getattr(import_module(module), function)(findings, ends, **arguments)


def _device():
    import torch

    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def _recorder(device):
    from reprise.training.recordings.cuda_graphs import CudaGraphs

    return CudaGraphs if device.type == "cuda" else None


def _run_listed(findings: Findings, ends: float, *, jobs: Path) -> None:
    """Runs of the list, several at a time, until the time is over."""
    from reprise.elsewhere.command import STATUS_OUT_OF_TIME
    from reprise.elsewhere.command import main as run_jobs

    seconds = str(max(1.0, ends - time.time() - 6))
    status = run_jobs([str(jobs), "--workers", "auto", "--seconds", seconds], time.time())
    findings.add(exit_of_run_jobs=status, runs_are_left=status == STATUS_OUT_OF_TIME)
    if status not in (0, STATUS_OUT_OF_TIME):
        raise RuntimeError(f"run_jobs.py ended with status {status}; see the log")


def _import_ahead(findings: Findings) -> None:
    for module in IMPORTED:
        try:
            import_module(module)
        except Exception as error:
            findings.add(module=module, error=f"{type(error).__name__}: {error}")


def _results(jobs: Path) -> Path:
    """The results folder of a list; a list that cannot be read has none, as its phases say."""
    with suppress(Exception):
        from reprise.elsewhere.job_list import JobList

        return JobList.read(jobs).results
    return Path("results")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="gpu/kit.sh", description=__doc__.splitlines()[0])
    parser.add_argument("jobs", type=Path, help="the list that `snakemake jobs` has written")
    parser.add_argument(
        "--out", type=Path, default=Path(os.environ.get("OUT") or "kit"), metavar="FOLDER",
        help="where everything that comes back is put (default: $OUT, or kit)",
    )  # fmt: skip
    parser.add_argument(
        "--seconds", type=float, metavar="S",
        help=f"be over after this time (default: {SECONDS:g}, or {SHORT_SECONDS:g} with --short)",
    )  # fmt: skip
    parser.add_argument(
        "--until", choices=NAMES, default=NAMES[-1], help="the last phase (default: all)"
    )
    parser.add_argument("--short", action="store_true", help="less of everything, to try the kit")
    options = parser.parse_args()
    if options.seconds is None:
        options.seconds = SHORT_SECONDS if options.short else SECONDS
    return options


if __name__ == "__main__":
    sys.exit(main())
