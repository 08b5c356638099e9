"""One cell from prepared data to its folder: what a training job does."""

import json
import math
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
import yaml

from reprise.data.prepared import PreparedData, open_prepared
from reprise.data.resident import ResidentData, resident_split
from reprise.errors import InputError
from reprise.nets.build import count_parameters
from reprise.studies.cell import Cell
from reprise.training.history import Epoch, write_history
from reprise.training.loop import diverged, start_run, train
from reprise.training.provenance import provenance


@dataclass(frozen=True)
class CellFiles:
    """The files of a cell's folder."""

    description: Path
    metrics: Path
    history: Path

    @property
    def failure(self) -> Path:
        """Written instead of the others when the run fails, for reports of unfinished grids."""
        return self.metrics.with_name("failure.json")


def run_cell(
    cell: Cell,
    prepared: Path,
    files: CellFiles,
    *,
    device: str,
    threads: int,
    identity: Mapping[str, str],
) -> None:
    """Train a cell and write its folder.

    Args:
        device: "auto", "cpu" or "cuda".
        threads: CPU threads; results on the CPU depend on their number.
        identity: entries of metrics.json that tie the run to the plan.

    Raises:
        InputError: the device is not there, or the prepared file is not whole.
    """
    files.failure.unlink(missing_ok=True)
    try:
        metrics, epochs = _trained(cell, prepared, chosen_device(device), threads)
    except Exception as error:
        # One line is enough to say in a report what happened; the log has the rest.
        reason = (str(error) or type(error).__name__).splitlines()[0]
        _write(files.failure, json.dumps({"status": "failed", "error": reason}) + "\n")
        raise
    write_history(epochs, files.history)
    _write(files.description, yaml.safe_dump(cell.plain(), sort_keys=False))
    _write(files.metrics, json.dumps({**metrics, **identity}, indent=1) + "\n")


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


def _trained(
    cell: Cell, prepared: Path, device: torch.device, threads: int
) -> tuple[dict[str, Any], list[Epoch]]:
    started = time.perf_counter()
    torch.set_num_threads(threads)
    # float32 means float32: by default cuDNN rounds the factors of convolutions to 10 bits.
    torch.backends.cudnn.allow_tf32 = False
    torch.backends.cuda.matmul.allow_tf32 = False
    # Products of very small numbers slow a CPU down a hundredfold and change no result.
    torch.set_flush_denormal(True)
    data = open_prepared(prepared)
    run = start_run(cell, load_resident(data, cell, device))
    print(_opening(cell, run.model, device, threads))
    epochs = train(run, on_epoch=_EpochPrinter(cell.epochs))
    last = epochs[-1]
    metrics = {
        "status": "diverged" if diverged(last) else "finished",
        **{
            name: _finite(getattr(last, name))
            for name in ("test_accuracy", "test_loss", "train_accuracy", "train_loss")
        },
        "epochs": last.epoch,
        "updates": last.updates,
        "parameters": count_parameters(run.model),
        "wall_seconds": round(time.perf_counter() - started, 3),
        "images_per_second": round(sum(e.images_per_second for e in epochs) / len(epochs), 1),
        "cell": cell.plain(),
        "provenance": {
            **provenance(device),
            "data": {"name": data.name, "variant": data.variant, "sha256": data.sha256()},
        },
    }
    return metrics, epochs


def load_resident(data: PreparedData, cell: Cell, device: torch.device) -> ResidentData:
    """The images that a cell uses, on its device."""
    per_channel = {"dtype": torch.float32, "device": device}
    return ResidentData(
        train=resident_split(data.train_images, data.train_labels, cell.train_images, device),
        test=resident_split(data.test_images, data.test_labels, cell.test_images, device),
        classes=len(data.classes),
        mean=torch.tensor(data.mean, **per_channel).view(1, -1, 1, 1),
        std=torch.tensor(data.std, **per_channel).view(1, -1, 1, 1),
    )


class _EpochPrinter:
    """Prints one line an epoch, with the time that is left."""

    def __init__(self, epochs: int) -> None:
        self.epochs = epochs
        self.seconds = 0.0

    def __call__(self, epoch: Epoch) -> None:
        self.seconds += epoch.seconds
        left = self.seconds / epoch.epoch * (self.epochs - epoch.epoch)
        print(
            f"epoch {epoch.epoch:>3}/{self.epochs}"
            f"  train loss {epoch.train_loss:.4f}, accuracy {epoch.train_accuracy:6.2f} %"
            f"  test loss {epoch.test_loss:.4f}, accuracy {epoch.test_accuracy:6.2f} %"
            f"  learning rate {epoch.learning_rate:.3g}"
            f"  {epoch.images_per_second:,.0f} images/s"
            f"  {_duration(left)} left",
            flush=True,
        )


def _opening(cell: Cell, model: torch.nn.Module, device: torch.device, threads: int) -> str:
    return (
        f"{cell.folder}\n{count_parameters(model):,} parameters on {device.type} with {threads} "
        f"thread{'s' if threads != 1 else ''}, {cell.epochs} epochs at batch {cell.batch_size}"
    )


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = seconds / 60
    return f"{minutes:.0f} min" if minutes < 90 else f"{minutes / 60:.1f} h"


def _finite(value: float) -> float | None:
    """JSON has no infinity and no NaN."""
    return value if math.isfinite(value) else None


def _write(path: Path, text: str) -> None:
    temporary = path.with_name(path.name + ".partial")
    temporary.write_text(text, encoding="utf-8")
    os.replace(temporary, path)
