"""What a person is told who expects a GPU that PyTorch does not have."""

import pytest
import torch

from reprise.errors import InputError
from reprise.training.jobs.steps import chosen_device
from reprise.training.machine.gpus import unused_gpu


@pytest.fixture(autouse=True)
def no_gpu(monkeypatch):
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    for name in ("SLURM_JOB_GPUS", "SLURM_STEP_GPUS"):
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("cuda", "says"),
    [
        (None, "found none, since PyTorch .* is a build for CPUs alone: install one for CUDA"),
        ("12.8", "found none; use `device: auto` or `device: cpu`$"),
    ],
)
def test_who_asks_for_a_gpu_is_told_why_there_is_none(monkeypatch, cuda, says):
    monkeypatch.setattr(torch.version, "cuda", cuda)
    with pytest.raises(InputError, match=says):
        chosen_device("cuda")


@pytest.mark.parametrize("numbers", ["0", "0,1"])
def test_a_job_with_a_gpu_that_computes_on_a_cpu_says_so(monkeypatch, capsys, numbers):
    monkeypatch.setattr(torch.version, "cuda", None)
    monkeypatch.setenv("SLURM_JOB_GPUS", numbers)
    assert chosen_device("auto").type == "cpu"
    printed = capsys.readouterr().out
    assert printed.startswith("Warning: SLURM gave this job a GPU, and it computes on a CPU")
    assert "a build for CPUs alone" in printed


def test_a_driver_that_is_too_old_is_another_reason(monkeypatch):
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    assert "PyTorch cannot use it" in unused_gpu({"SLURM_STEP_GPUS": "1"})


@pytest.mark.parametrize(("device", "given"), [("auto", {}), ("cpu", {"SLURM_JOB_GPUS": "0"})])
def test_nothing_is_said_where_no_gpu_was_given_or_none_is_wanted(
    monkeypatch, capsys, device, given
):
    for name, value in given.items():
        monkeypatch.setenv(name, value)
    chosen_device(device)
    assert capsys.readouterr().out == ""
