"""Seconds from the start of a training job to its first update."""

import statistics
import subprocess
import sys
import time
from typing import Any

from planned import ROOT

from reprise.estimates.estimate import IMPORTS_OF_A_JOB


def start_up(repeats: int = 5) -> dict[str, Any]:
    """How long an interpreter takes to import what a training job needs, in a process of its own.

    At scales of small cells jobs are forks of a process that has done so, and take none of it.
    """
    code = f"import sys; sys.path.insert(0, {str(ROOT / 'workflow' / 'scripts')!r}); "
    seconds = []
    for _ in range(repeats + 1):
        started = time.perf_counter()
        subprocess.run([sys.executable, "-c", code + IMPORTS_OF_A_JOB], check=True)
        seconds.append(time.perf_counter() - started)
    return {"seconds": seconds[1:], "median": statistics.median(seconds[1:])}
