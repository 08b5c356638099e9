"""How a rule is told that its outputs do not belong to today's plan, code and data."""

import os
import time
from collections.abc import Iterable
from pathlib import Path

# A day after the beginning of time: Snakemake takes the beginning itself for no time at all.
ANCIENT = (86_400, 86_400)


class OutOfDate:
    """A file that lists what is out of date and why. A rule whose outputs are has it among its
    inputs: it is newer than any of them, and so Snakemake makes them anew.

    It is written where the first output is found that is out of date, and not at all where none is.

    Args:
        file: the list.
        is_main_process: whether this process decides what runs. Jobs on a cluster read the workflow
            too, and do what they are told.
    """

    def __init__(self, file: Path, is_main_process: bool) -> None:
        self.file = file
        self.is_main_process = is_main_process
        self._listed: set[str] = set()

    def inputs(self, outputs: Iterable[str], problem: str | None) -> list[str]:
        """What a rule adds to its inputs.

        Args:
            outputs: the files that the rule makes.
            problem: why they are out of date; None where they are not.
        """
        there = [Path(output) for output in outputs if os.path.exists(output)]
        if problem is None or not self.is_main_process or not there:
            return []
        self._list(f"{there[0]}: {problem}\n")
        newest = self.file.stat().st_mtime_ns
        for output in there:
            # A clock that was ahead, of another machine for example, must not make it look new.
            if output.stat().st_mtime_ns >= newest:
                os.utime(output, ANCIENT)
        return [str(self.file)]

    def _list(self, line: str) -> None:
        if line in self._listed:
            return
        mode = "a" if self._listed else "w"
        self.file.parent.mkdir(parents=True, exist_ok=True)
        with self.file.open(mode, encoding="utf-8") as stream:
            if mode == "w":
                # Else Snakemake would take a list of the same contents for the one it knows.
                stream.write(f"Out of date at {time.time_ns()}, and computed anew:\n")
            stream.write(line)
        self._listed.add(line)
