"""What an earlier attempt at a job left, and whether it is what the job would make."""

import json
from collections.abc import Mapping
from typing import Any

import torch

from reprise.data.prepared import open_prepared
from reprise.training.jobs.job import CellFiles, Job, copy_beside
from reprise.training.machine.device import chosen_device

IN_WORDS = {
    "fingerprint": "version of the code",
    "published": "published cell",
    "data": "state of the data",
    "threads": "number of threads",
    "torch": "version of PyTorch",
}


def is_finished(job: Job) -> bool:
    """Whether the job's folder holds what the job would write."""
    return job.files.metrics.exists() and _difference(job, job.files) is None


def take_over_copy(job: Job) -> bool:
    """Write the folder from the copy that an earlier attempt left beside its checkpoint.

    Returns:
        Whether there was one. A copy of another run is removed, which is printed.
    """
    if job.checkpoint is None:
        return False
    copy = copy_beside(job.checkpoint)
    if not copy.metrics.exists():
        return False
    if difference := _difference(job, copy):
        folder = copy.metrics.parent
        print(f"does not take over the finished run in {folder}: {difference}; starts anew")
        copy.remove()
        return False
    job.files.write(**copy.read())
    print("an earlier attempt has finished this run, which is taken over", flush=True)
    return True


def _difference(job: Job, files: CellFiles) -> str | None:
    """How files differ from what the job would write; None where they do not."""
    # A job that cannot have its data or device says so, whatever the files hold.
    asked = _asked(job)
    try:
        ran = _dependencies(json.loads(files.read()["metrics"]))
    except (OSError, ValueError, LookupError, TypeError) as error:
        return f"it is damaged ({type(error).__name__})"
    other = (name for name, value in asked.items() if ran.get(name) != value)
    return next((f"it was made with another {IN_WORDS.get(name, name)}" for name in other), None)


def _asked(job: Job) -> dict[str, Any]:
    """What the results of the job depend on."""
    return {
        "cell": job.cell.plain(),
        **job.identity,
        "device": chosen_device(job.device).type,
        "threads": job.threads,
        "torch": str(torch.__version__),
        "data": open_prepared(job.prepared).sha256(),
    }


def _dependencies(metrics: Mapping[str, Any]) -> dict[str, Any]:
    """What the results of a run depended on, from its metrics.json."""
    ran = metrics["provenance"]
    return {
        **metrics,
        "data": ran["data"]["sha256"],
        **{name: ran[name] for name in ("device", "threads", "torch")},
    }
