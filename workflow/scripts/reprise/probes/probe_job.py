"""One run of a probe from prepared data to its folder: what the job of a probe does."""

import json
import time
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import pandas as pd
import torch
import yaml

from reprise.data.prepared import open_prepared
from reprise.probes.registry import ProbeResult, probes
from reprise.studies.cell import Cell, with_nested
from reprise.studies.choice import Choice
from reprise.training.cell_job import load_resident
from reprise.training.job import (
    CellFiles,
    chosen_device,
    finite,
    job_provenance,
    recorded_failure,
    set_arithmetic,
    write_text,
)


def run_probe(
    probe: Choice,
    cell: Cell,
    prepared: Path,
    files: CellFiles,
    *,
    device: str,
    threads: int,
    identity: Mapping[str, str],
) -> None:
    """Run a probe on a cell and write its folder; the points are its history.

    Args:
        device: "auto", "cpu" or "cuda".
        threads: CPU threads; results on the CPU depend on their number.
        identity: entries of metrics.json that tie the run to the plan.

    Raises:
        InputError: the device is not there, the prepared file is not whole, or what the probe
            says of its arguments.
    """
    with recorded_failure(files):
        metrics, points = _probed(probe, cell, prepared, chosen_device(device), threads)
    write_text(files.history, points.to_csv(index=False, float_format="%.9g", lineterminator="\n"))
    write_text(files.description, yaml.safe_dump(cell.plain(), sort_keys=False))
    write_text(files.metrics, json.dumps({**metrics, **identity}, indent=1) + "\n")


def _probed(
    probe: Choice, cell: Cell, prepared: Path, device: torch.device, threads: int
) -> tuple[dict[str, Any], pd.DataFrame]:
    started = time.perf_counter()
    set_arithmetic(threads)
    for _, _, entry in with_nested("probe", "probe", probe, "probe"):
        import_module(entry.module)
    data = open_prepared(prepared)
    print(f"{probe.name} on {cell.folder}, {device.type}", flush=True)
    resident = load_resident(data, cell, device)
    result: ProbeResult = probes[probe.name](cell, resident, data, **probe.arguments)
    metrics = {
        "status": result.status,
        **{name: None if v is None else finite(v) for name, v in result.metrics.items()},
        "wall_seconds": round(time.perf_counter() - started, 3),
        "probe": probe.plain(),
        "cell": cell.plain(),
        "provenance": job_provenance(device, data),
    }
    return metrics, result.points
