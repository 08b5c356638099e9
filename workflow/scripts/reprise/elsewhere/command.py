"""The command that works through a list of jobs."""

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from reprise.durations import rough_duration
from reprise.elsewhere.acceptance import accept
from reprise.elsewhere.job_list import JobList, ListedRun
from reprise.elsewhere.number_of_workers import NUMBERS, proposed_workers
from reprise.elsewhere.runs import import_ahead, is_back, log_of, work
from reprise.elsewhere.trial import TrialSpeed, side_by_side, training_of
from reprise.elsewhere.workers import (
    FAILED,
    FINISHED,
    STATUS_ENDED,
    STATUS_OUT_OF_TIME,
    STOPPED,
    WAITING,
    work_through,
)
from reprise.errors import InputError

STATUS_BAD_INPUT = 2
AUTO = "auto"
# A trial takes about half a minute.
LEAST_SECONDS_FOR_A_TRIAL = 60.0


def main(arguments: Sequence[str], started: float) -> int:
    """Work through the list that a command line names.

    Args:
        arguments: of the command line.
        started: when the process did, as ``time.time`` counts.

    Returns:
        The exit status: 0 if all runs are there, 1 if some failed, 2 for bad input, 75 if the time
        is over and nothing failed.
    """
    options = _options(arguments)
    ends = None if options.seconds is None else started + options.seconds
    # SLURM and others end a job so; the forks end with it.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STATUS_ENDED))
    try:
        jobs = JobList.read(options.jobs)
        accept(jobs, options.jobs)
    except InputError as error:
        print(f"Error: {error}", file=sys.stderr)
        return STATUS_BAD_INPUT
    left = [run for run in jobs.runs if not is_back(jobs, run)]
    before = len(jobs.runs) - len(left)
    print(f"{options.jobs}: {_runs(len(jobs.runs))}, {before} there already", flush=True)
    try:
        counted = _worked_through(jobs, left, options.workers, ends)
    except KeyboardInterrupt:
        print("Interrupted; the same command goes on.", file=sys.stderr)
        return 128 + signal.SIGINT
    print(_summary(counted, before))
    if counted[FAILED]:
        return 1
    return STATUS_OUT_OF_TIME if counted[STOPPED] or counted[WAITING] else 0


def _worked_through(
    jobs: JobList, runs: Sequence[ListedRun], workers: int | None, deadline: float | None
) -> Counter[str]:
    for run in runs:
        import_ahead(run)
    if workers is None:
        workers = _tried_workers(jobs, runs, deadline)

    def told(run: ListedRun, ended: str, seconds: float) -> None:
        see = f" (see {log_of(jobs, run)})" if ended == FAILED else ""
        print(f"{ended} after {rough_duration(seconds)}: {run.folder}{see}", flush=True)

    return work_through(
        runs,
        lambda run: work(jobs, run, deadline),
        workers=workers,
        deadline=deadline,
        told=told,
    )


def _tried_workers(jobs: JobList, runs: Sequence[ListedRun], deadline: float | None) -> int:
    """What is fastest for the first run that trains, where there is time to find it out."""
    training = [run for run in runs if run.asked.probe is None]
    late = deadline is not None and deadline - time.time() < LEAST_SECONDS_FOR_A_TRIAL
    if len(training) < 2 or late:
        return 1
    numbers = [number for number in NUMBERS if number <= len(training)]

    def tried(number: int) -> list[TrialSpeed]:
        return side_by_side(training_of(jobs, training[0]), number)

    try:
        return proposed_workers(
            tried, len(os.sched_getaffinity(0)), numbers, lambda said: print(said, flush=True)
        )
    except RuntimeError as error:
        print(f"{error}: one run at a time", flush=True)
        return 1


def _summary(counted: Counter[str], before: int) -> str:
    left = counted[STOPPED] + counted[WAITING]
    more = f", {left} left: the same command goes on with them" if left else ""
    failed = f", {counted[FAILED]} failed" if counted[FAILED] else ""
    return f"{_runs(before + counted[FINISHED])} there{failed}{more}"


def _runs(count: int) -> str:
    return f"{count} run{'s' if count != 1 else ''}"


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="run_jobs.py", description="Work through a list of jobs without Snakemake."
    )
    parser.add_argument("jobs", type=Path, help="the list that `snakemake jobs` has written")
    parser.add_argument(
        "--workers",
        type=_workers,
        default=1,
        metavar="N",
        help="runs at a time, or auto for what a trial finds fastest (default: 1)",
    )
    parser.add_argument(
        "--seconds",
        type=_seconds,
        metavar="S",
        help="be over after this time; the next call goes on (default: when all is done)",
    )
    return parser.parse_args(arguments)


def _workers(text: str) -> int | None:
    """The number; None for what a trial is to find."""
    if text == AUTO:
        return None
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(
            f"expected a whole number of 1 or more, or {AUTO}, found {text!r}"
        )
    return int(text)


def _seconds(text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 < value < float("inf"):
        raise argparse.ArgumentTypeError(f"expected a number above 0, found {text!r}")
    return value
