"""Phases one after the other, each with a time of its own: what fails is written and passed over.

A phase is a fork, so that it shares what this process has imported and takes nothing along when it
ends. This process must not use a GPU.
"""

import multiprocessing
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from findings import Findings

SECONDS_BETWEEN = 20.0
SECONDS_TO_END = 3.0
LEAST_SECONDS = 1.0

Work = Callable[[Findings, float], None]
"""What a phase does, given where to write and when it has to be over, as ``time.time`` counts."""


@dataclass(frozen=True)
class Phase:
    """One part of the kit.

    Attributes:
        seconds: after which it is ended.
        background: whether the next phases begin meanwhile.
        needs: the phases in the background that are waited for before it begins.
    """

    name: str
    seconds: float
    work: Work
    background: bool = False
    needs: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Started:
    phase: Phase
    process: BaseProcess
    started: float
    ends: float


class Phases:
    """Works through phases.

    Args:
        findings: where each phase's end is written.
        logs: a folder for what they print.
        ends: when all has to be over, as ``time.time`` counts.
        meanwhile: called every 20 seconds and after each phase.
    """

    def __init__(
        self,
        findings: Findings,
        logs: Path,
        ends: float,
        meanwhile: Callable[[], object] = lambda: None,
    ) -> None:
        self.findings = findings
        self.logs = logs
        self.ends = ends
        self.meanwhile = meanwhile
        self._background: dict[str, _Started] = {}
        self._looked = time.time()

    def work_through(self, phases: Sequence[Phase]) -> dict[str, str]:
        """Do all of them.

        Returns:
            How each ended, by its name: "done", "failed", "late" or "no time left".
        """
        ended: dict[str, str] = {}
        try:
            for phase in phases:
                for name in phase.needs:
                    self._end_background(name, ended)
                if min(phase.seconds, self.ends - time.time()) < LEAST_SECONDS:
                    ended[phase.name] = "no time left"
                    self.findings.of(phase.name).add(status="no time left")
                    continue
                started = self._start(phase)
                if phase.background:
                    self._background[phase.name] = started
                else:
                    ended[phase.name] = self._finish(started)
            for name in list(self._background):
                self._end_background(name, ended)
        finally:
            for started in self._background.values():
                _end(started.process)
        return ended

    def _end_background(self, name: str, ended: dict[str, str]) -> None:
        if name in self._background:
            ended[name] = self._finish(self._background[name])
            del self._background[name]

    def _start(self, phase: Phase) -> _Started:
        now = time.time()
        ends = min(now + phase.seconds, self.ends)
        arguments = (phase, self.findings.of(phase.name), self.logs / f"{phase.name}.log", ends)
        process = multiprocessing.get_context("fork").Process(target=_in_fork, args=arguments)
        process.start()
        return _Started(phase, process, now, ends)

    def _finish(self, started: _Started) -> str:
        process = started.process
        while process.is_alive() and time.time() < started.ends:
            until = min(started.ends, self._looked + SECONDS_BETWEEN)
            wait([process.sentinel], max(0.0, until - time.time()))
            if time.time() >= self._looked + SECONDS_BETWEEN:
                self._look()
        late = process.is_alive()
        _end(process)
        status = "late" if late else "failed" if process.exitcode else "done"
        self.findings.of(started.phase.name).add(
            status=status, seconds=round(time.time() - started.started, 1), exit=process.exitcode
        )
        self._look()
        return status

    def _look(self) -> None:
        self._looked = time.time()
        try:
            self.meanwhile()
        except OSError as error:
            self.findings.add(status="failed", error=repr(error))


def _in_fork(phase: Phase, findings: Findings, log: Path, ends: float) -> None:
    # A group of its own, so that it can be ended with all that it has started.
    os.setsid()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
    file = log.open("a", buffering=1)
    sys.stdout = sys.stderr = file
    # For what it starts too.
    os.dup2(file.fileno(), 1)
    os.dup2(file.fileno(), 2)
    try:
        phase.work(findings, ends)
    except BaseException as error:
        if not isinstance(error, SystemExit) or error.code not in (0, 128 + signal.SIGTERM):
            findings.add(error=f"{type(error).__name__}: {error}")
        if isinstance(error, SystemExit):
            raise
        traceback.print_exc()
        sys.exit(1)


def _end(process: BaseProcess) -> None:
    """End a phase with all that it has started, by force where it does not end soon."""
    if process.is_alive():
        process.terminate()
        process.join(SECONDS_TO_END)
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.join()
