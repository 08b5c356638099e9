"""Seconds from the start of a training job's process to the job itself."""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from planned import ROOT

from reprise.forking.client import CLUSTER_JOBS, can_fork
from reprise.training.jobs.job import MODULES_OF_A_JOB

PREAMBLE = f"import sys; sys.path.insert(0, {str(ROOT / 'workflow' / 'scripts')!r}); "
IMPORTS_OF_A_JOB = f"import {', '.join(MODULES_OF_A_JOB)}"
# The job does nothing but to look whether all that a training job needs is imported.
JOB = f"import sys; assert set({MODULES_OF_A_JOB!r}) <= set(sys.modules)"
FORKED = (
    "from reprise.forking.client import run_function; "
    "run_function('builtins:exec', {job!r}, {log!r}, fork=True, imports={imports!r})"
)


def start_up(repeats: int = 5) -> dict[str, dict[str, Any] | None]:
    """How long a job takes before it can train, in a process of its own and as a fork of one that
    has imported what it needs. What Snakemake itself does before and after is not counted.

    Returns:
        For "own" and "forked", the seconds of each repeat and their median; None for forks where
        there can be none.
    """
    with tempfile.TemporaryDirectory() as folder:
        forked = FORKED.format(
            job=JOB, log=str(Path(folder) / "log"), imports=list(MODULES_OF_A_JOB)
        )
        # Another folder for temporary files is another server than that of runs beside this one.
        environment = {
            **{name: value for name, value in os.environ.items() if name not in CLUSTER_JOBS},
            "TMPDIR": folder,
        }
        return {
            "own": _seconds(IMPORTS_OF_A_JOB, repeats, os.environ),
            "forked": _seconds(forked, repeats, environment) if can_fork(environment) else None,
        }


def _seconds(code: str, repeats: int, environment: Mapping[str, str]) -> dict[str, Any]:
    """Those of so many processes that run the code, after one that is not counted."""
    seconds = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", PREAMBLE + code], check=True, env=environment)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[1:], "median": statistics.median(seconds[1:])}
