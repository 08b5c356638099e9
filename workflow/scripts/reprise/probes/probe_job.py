"""One run of a probe from prepared data to its folder: what the job of a probe does."""

from collections.abc import Mapping
from functools import partial
from typing import Any

import torch

from reprise.data.cell_data import load_resident
from reprise.data.prepared import OpenedData
from reprise.inventory import find
from reprise.probes.registry import ProbeResult, probes
from reprise.studies.canonical import canonical_json
from reprise.studies.choice import Choice
from reprise.training.checkpoint import checkpoint_of
from reprise.training.jobs.job import Job
from reprise.training.jobs.steps import Computed, finite, run_job
from reprise.training.jobs.whole_run import computed_of
from reprise.training.recordings.cuda_graphs import cuda_graphs_of
from reprise.training.recordings.gradients import recording_with


def run_probe(plain: Mapping[str, Any]) -> None:
    """Run a probe on a cell and write its folder; the points are its history.

    Args:
        plain: a job as ``Job.plain`` describes it.

    Raises:
        InputError: the device is not there, the prepared file is not whole, or what the probe
            says of its arguments.
    """
    job = Job.of(plain)
    run_job(job, partial(_probed, job.probe, job))


def _probed(probe: Choice, job: Job, data: OpenedData, device: torch.device) -> Computed:
    asked = find("probe", probe.name, "probe")
    print(f"{probe.name} on {job.cell.folder}, {device.type}", flush=True)
    resident = load_resident(data, job.cell, device, job.resident_share)
    checkpoint, arguments = None, dict(probe.arguments)
    if asked.description.get("trains", False):
        checkpoint = checkpoint_of(job, data, device, probe=canonical_json(probe.plain()))
        arguments["checkpoint"] = checkpoint
    recorded = asked.description.get("recorded", True)
    with recording_with(cuda_graphs_of(job, device) if recorded else None):
        result: ProbeResult = probes[probe.name](job.cell, resident, data, **arguments)
    metrics = {
        "status": result.status,
        **{name: None if v is None else finite(v) for name, v in result.metrics.items()},
    }
    history = result.points.to_csv(index=False, float_format="%.9g", lineterminator="\n")
    return computed_of(metrics, history, checkpoint, resident.placement)
