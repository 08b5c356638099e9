"""Forks that work through runs side by side, until all are done or the time is over."""

import multiprocessing
import signal
import sys
import time
from collections import Counter, deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess

from reprise.elsewhere.job_list import ListedRun
from reprise.training.jobs.run_time import OutOfTime

FINISHED, FAILED, STOPPED, WAITING = "finished", "failed", "stopped", "not started"
# Of sysexits.h: go on later.
STATUS_OUT_OF_TIME = 75
STATUS_ENDED = 128 + signal.SIGTERM
SECONDS_TO_END = 5.0
# In less, a run does not get through its first epoch.
SECONDS_TO_START = 5.0

Work = Callable[[ListedRun], None]
Told = Callable[[ListedRun, str, float], None]


@dataclass(frozen=True)
class _Fork:
    run: ListedRun
    process: BaseProcess
    started: float


def work_through(
    runs: Iterable[ListedRun],
    work: Work,
    *,
    workers: int,
    deadline: float | None = None,
    told: Told = lambda run, ended, seconds: None,
) -> Counter[str]:
    """Do the work of each run in a fork of its own.

    A process of its own for each run means that its memory, its GPU and its peak of memory are its
    own too. Forks share what this process has imported. It must not have used a GPU.

    Args:
        runs: in the order in which they start.
        work: raises ``OutOfTime`` where it stops for the deadline.
        workers: runs at a time.
        deadline: when all has to be over, as ``time.time`` counts. What is at work then is ended.
        told: of each run that ends: how (``FINISHED``, ``FAILED`` or ``STOPPED``), and its seconds.

    Returns:
        How many runs ended in which way; those that did not start are ``WAITING``.
    """
    waiting, forks, counted = deque(runs), [], Counter()
    try:
        while waiting or forks:
            while waiting and len(forks) < workers and _can_start(deadline):
                forks.append(_started(waiting.popleft(), work))
            if not forks:
                break
            left = None if deadline is None else max(0.0, deadline - time.time())
            wait([fork.process.sentinel for fork in forks], left)
            if _is_over(deadline):
                _end(forks)
            for fork in [fork for fork in forks if not fork.process.is_alive()]:
                forks.remove(fork)
                ended = _ended(fork.process, late=_is_over(deadline))
                counted[ended] += 1
                told(fork.run, ended, time.time() - fork.started)
    finally:
        _end(forks)
    counted[WAITING] = len(waiting)
    return counted


def _started(run: ListedRun, work: Work) -> _Fork:
    process = multiprocessing.get_context("fork").Process(target=_in_fork, args=(run, work))
    process.start()
    return _Fork(run, process, time.time())


def _in_fork(run: ListedRun, work: Work) -> None:
    # An interrupt from the keyboard reaches all processes; the first one ends the others.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # So that half-written files are removed.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(STATUS_ENDED))
    try:
        work(run)
    except OutOfTime:
        sys.exit(STATUS_OUT_OF_TIME)
    except Exception as error:
        # The log has the rest.
        print(f"Error: {run.folder}: {error!r}", file=sys.stderr)
        sys.exit(1)


def _ended(process: BaseProcess, *, late: bool) -> str:
    if process.exitcode == 0:
        return FINISHED
    was_ended = process.exitcode in (STATUS_ENDED, -signal.SIGKILL)
    return STOPPED if process.exitcode == STATUS_OUT_OF_TIME or (late and was_ended) else FAILED


def _end(forks: Iterable[_Fork]) -> None:
    """End what is at work, by force where it does not end soon."""
    processes = [fork.process for fork in forks if fork.process.is_alive()]
    for process in processes:
        process.terminate()
    until = time.time() + SECONDS_TO_END
    for process in processes:
        process.join(max(0.0, until - time.time()))
        if process.is_alive():
            process.kill()
            process.join()


def _can_start(deadline: float | None) -> bool:
    return deadline is None or time.time() + SECONDS_TO_START < deadline


def _is_over(deadline: float | None) -> bool:
    return deadline is not None and time.time() >= deadline
