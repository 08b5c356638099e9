"""What to tell a person who expects a GPU that PyTorch does not have."""

import os
from collections.abc import Mapping

import torch

# What SLURM tells a job of the GPUs that it gave it: their numbers, the first of which is 0.
GIVEN_GPUS = ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS")


def no_gpu() -> str:
    """What was expected and what was found in place of a GPU, and what to do."""
    expected = (
        "config: device: expected a machine with an NVIDIA GPU that torch can use, found none"
    )
    if torch.version.cuda is None:
        return (
            f"{expected}, since PyTorch {torch.__version__} is a build for CPUs alone: install one "
            "for CUDA (docs/installation.md says how), or use `device: cpu`"
        )
    return f"{expected}; use `device: auto` or `device: cpu`"


def unused_gpu(environment: Mapping[str, str] = os.environ) -> str | None:
    """A warning for a job that SLURM gave a GPU and that computes on a CPU; None elsewhere."""
    if not any(environment.get(name) for name in GIVEN_GPUS):
        return None
    reason = (
        f"PyTorch {torch.__version__} is a build for CPUs alone"
        if torch.version.cuda is None
        else "PyTorch cannot use it"
    )
    return (
        f"Warning: SLURM gave this job a GPU, and it computes on a CPU, since {reason}; set "
        "`device: cuda` to have such jobs fail, or `device: cpu` to ask for no GPU"
    )
