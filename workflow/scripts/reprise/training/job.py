"""What every job on a cell does, whatever it computes: device, arithmetic, and a folder's files."""

import json
import math
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from reprise.data.prepared import PreparedData
from reprise.errors import InputError
from reprise.training.provenance import provenance


@dataclass(frozen=True)
class CellFiles:
    """The files of the folder that a job on a cell writes."""

    description: Path
    metrics: Path
    history: Path

    @property
    def failure(self) -> Path:
        """Written instead of the others when the run fails, for reports of unfinished grids."""
        return self.metrics.with_name("failure.json")


@contextmanager
def recorded_failure(files: CellFiles) -> Iterator[None]:
    """Leaves failure.json where the block raises, and no such file where it does not."""
    files.failure.unlink(missing_ok=True)
    try:
        yield
    except Exception as error:
        # One line is enough to say in a report what happened; the log has the rest.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        write_text(files.failure, json.dumps({"status": "failed", "error": reason}) + "\n")
        raise


def chosen_device(device: str) -> torch.device:
    """The device that a configuration asks for; "auto" takes a GPU where there is one.

    Raises:
        InputError: a GPU is asked for and there is none.
    """
    available = torch.cuda.is_available()
    if device == "cuda" and not available:
        raise InputError(
            "config: device: expected a machine with an NVIDIA GPU that torch can use, found none; "
            "use `device: auto` or `device: cpu`"
        )
    return torch.device("cuda" if available and device != "cpu" else "cpu")


def set_arithmetic(threads: int) -> None:
    """Let torch use so many threads of the CPU and full precision."""
    torch.set_num_threads(threads)
    # float32 means float32: by default cuDNN rounds the factors of convolutions to 10 bits.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    # Products of very small numbers slow a CPU down a hundredfold and change no result.
    torch.set_flush_denormal(True)


def job_provenance(device: torch.device, data: PreparedData) -> dict[str, Any]:
    """What a job ran on, and the prepared data that it read."""
    read = {"name": data.name, "variant": data.variant, "sha256": data.sha256()}
    return {**provenance(device), "data": read}


def finite(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return value if math.isfinite(value) else None


def write_text(path: Path, text: str) -> None:
    """Write a file, whole or not at all."""
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
