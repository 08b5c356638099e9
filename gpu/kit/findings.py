"""What the phases find: a JSON line each, whole or not at all."""

import json
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Findings:
    """A file of JSON lines to which several processes add.

    Attributes:
        path: the file.
        started: when the kit did, as ``time.time`` counts.
        phase: what adds.
    """

    path: Path
    started: float
    phase: str = "kit"

    def of(self, phase: str) -> "Findings":
        """The same file, for another phase."""
        return Findings(self.path, self.started, phase)

    def add(self, **entries: Any) -> None:
        """Write a line, which says the phase and the seconds since the kit started too."""
        at = round(time.time() - self.started, 1)
        line = json.dumps({"phase": self.phase, "at": at, **entries}, default=str) + "\n"
        # One call, so that lines of several processes do not mix.
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            os.write(file, line.encode())
        finally:
            os.close(file)
