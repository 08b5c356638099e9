"""A short trial of runs side by side: how fast they are together, and what memory one takes."""

import multiprocessing
import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.synchronize import Barrier
from queue import Empty, Queue
from typing import TypeAlias

from reprise.elsewhere.job_list import JobList, ListedRun
from reprise.elsewhere.runs import job_of

SECONDS = 4.0
# Importing, reading data, and the updates before a recording.
LONGEST_START_SECONDS = 60.0
FIRST_UPDATES = 5
# What CUDA takes for each process beside its tensors, generously.
CONTEXT_BYTES = 700 * 2**20


@dataclass(frozen=True)
class TrialSpeed:
    """How fast one process of a trial was, and what memory it took.

    Attributes:
        images_per_second: that it trained on.
        bytes_taken: of the GPU's memory; 0 on a CPU.
        bytes_free: of the GPU's memory once the process has what it takes; None on a CPU.
    """

    images_per_second: float
    bytes_taken: int = 0
    bytes_free: int | None = None


Train = Callable[
    [], tuple[Iterator[int], Callable[[], float], Callable[[], tuple[int, int | None]]]
]
"""Starts a run. Gives the images of each update, a clock that waits for the device, and what memory
it takes and leaves."""
Answers: TypeAlias = "Queue[TrialSpeed | None]"
"""What each fork answers: its speed; None where it failed."""


def side_by_side(train: Train, number: int, seconds: float = SECONDS) -> list[TrialSpeed]:
    """Train so many equal runs at once, each in a fork, which must not have used a GPU before.

    Raises:
        RuntimeError: one of them failed or did not get ready in time.
    """
    context = multiprocessing.get_context("fork")
    ready, answers = context.Barrier(number), context.Queue()
    arguments = (train, seconds, ready, answers)
    forks = [context.Process(target=_train, args=arguments) for _ in range(number)]
    for fork in forks:
        fork.start()
    try:
        until = time.time() + LONGEST_START_SECONDS + seconds
        return [_answer(answers, until) for _ in forks]
    finally:
        for fork in forks:
            fork.terminate()
            fork.join()


def training_of(jobs: JobList, run: ListedRun) -> Train:
    """Starts a run of a list as it will be trained, without an end and without a result."""

    def train() -> tuple[Iterator[int], Callable, Callable]:
        # Here, since this module is read on machines that have no PyTorch as well.
        from reprise.elsewhere.endless_run import endless_run

        return endless_run(job_of(jobs, run, None))

    return train


def _train(train: Train, seconds: float, ready: Barrier, answers: Answers) -> None:
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    try:
        steps, clock, memory = train()
        for _ in range(FIRST_UPDATES):
            next(steps)
        clock()
        ready.wait(timeout=LONGEST_START_SECONDS)
        started, images = clock(), 0
        while time.perf_counter() - started < seconds:
            images += next(steps)
        answers.put(TrialSpeed(images / (clock() - started), *memory()))
    except BaseException:
        # The others wait for it.
        ready.abort()
        answers.put(None)
        raise


def _answer(answers: Answers, until: float) -> TrialSpeed:
    try:
        answer = answers.get(timeout=max(0.1, until - time.time()))
    except Empty:
        raise RuntimeError("a run of the trial did not get ready in time") from None
    if answer is None:
        raise RuntimeError("a run of the trial failed")
    return answer
