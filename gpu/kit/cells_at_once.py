"""Cells side by side, without and with NVIDIA's Multi-Process Service."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from findings import Findings
from mps import has_mps, mps

from reprise.elsewhere.job_list import JobList
from reprise.elsewhere.runs import import_ahead
from reprise.elsewhere.trial import side_by_side, training_of

NUMBERS = (1, 4, 8)
SECONDS = 3.0


def time_cells_at_once(
    findings: Findings,
    ends: float,
    *,
    listed: Path,
    numbers: Sequence[int] = NUMBERS,
    seconds: float = SECONDS,
) -> None:
    """Train the first cell of a list so many times at once.

    Raises:
        RuntimeError: nothing could be timed.
    """
    jobs = JobList.read(listed)
    first = next(run for run in jobs.runs if run.asked.probe is None)
    import_ahead(first)
    ways = {"turns": nullcontext} | ({"mps": mps} if has_mps() else {})
    timed = 0
    for name, way in ways.items():
        try:
            with way():
                for number in numbers:
                    if time.time() > ends - seconds - 2:
                        findings.add(stopped_before=[name, number])
                        return
                    found = side_by_side(training_of(jobs, first), number, seconds)
                    speed = sum(one.images_per_second for one in found)
                    findings.add(
                        cell=first.folder,
                        processes=name,
                        cells=number,
                        images_per_second=round(speed, 1),
                        bytes_taken=found[0].bytes_taken,
                    )
                    timed += 1
        except (RuntimeError, OSError) as error:
            findings.add(processes=name, error=str(error))
    if not timed:
        raise RuntimeError("nothing could be timed")
