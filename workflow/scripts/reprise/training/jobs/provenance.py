"""What a run ran on: commit, versions, device, threads, memory."""

import platform
import resource
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy
import torch

import reprise
from reprise.commits import git_state
from reprise.folders import WORKFLOW


def device_name(device: torch.device) -> str:
    """The GPU's or the processor's name."""
    if device.type == "cuda":
        return torch.cuda.get_device_name(device)
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()


def peak_memory_bytes(device: torch.device) -> dict[str, int]:
    """Largest resident memory of this process, and of the GPU where there is one."""
    peaks = {"peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024}
    if device.type == "cuda":
        peaks["peak_device_memory_bytes"] = torch.cuda.max_memory_allocated(device)
    return peaks


def provenance(device: torch.device) -> dict[str, Any]:
    """The record that stands in metrics.json."""
    return {
        **git_state(WORKFLOW),
        "reprise": reprise.__version__,
        "python": platform.python_version(),
        "torch": torch.__version__,
        "numpy": numpy.__version__,
        "cuda": torch.version.cuda if device.type == "cuda" else None,
        "platform": f"{sys.platform} {platform.machine()}",
        "device": device.type,
        "device_name": device_name(device),
        "threads": torch.get_num_threads(),
        **peak_memory_bytes(device),
        "finished_at": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
    }
