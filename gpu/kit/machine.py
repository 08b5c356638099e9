"""What the machine is: versions, processor, GPU."""

import os
import platform
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from findings import Findings

PACKAGES = (
    "torch", "numpy", "pandas", "pyyaml", "safetensors", "jsonschema", "pooch", "pytorch-optimizer",
    "pillow", "pytest",
)  # fmt: skip


def describe_machine(findings: Findings, ends: float, *, out: Path) -> None:
    """Write versions and devices; what the driver says of the GPU goes to a file beside."""
    import torch

    from reprise.commits import git_state
    from reprise.folders import WORKFLOW

    has_gpu = torch.cuda.is_available()
    findings.add(
        **git_state(WORKFLOW),
        python=platform.python_version(),
        cores=os.cpu_count(),
        packages={name: _version(name) for name in PACKAGES},
        gpus=[torch.cuda.get_device_name(i) for i in range(torch.cuda.device_count())],
        free_bytes=torch.cuda.mem_get_info()[0] if has_gpu else None,
        cuda=torch.version.cuda,
    )
    if shutil.which("nvidia-smi"):
        answer = subprocess.run(["nvidia-smi", "-q"], capture_output=True, text=True, timeout=10)
        (out / "nvidia-smi.txt").write_text(answer.stdout)


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None
