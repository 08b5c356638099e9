"""Tests that need a GPU are collected where PyTorch and pytest are all that there is."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
ABSENT = (
    "snakemake", "jsonschema", "pooch", "pytorch_optimizer", "PIL", "sklearn", "scipy", "requests",
)  # fmt: skip


@pytest.fixture
def bare(tmp_path):
    for name in ABSENT:
        raising = f"raise ModuleNotFoundError('No module named {name}', name='{name}')"
        (tmp_path / f"{name}.py").write_text(raising)
    return {**os.environ, "PYTHONPATH": str(tmp_path)}


@pytest.mark.parametrize("file", ["test_cuda_graphs.py", "test_recorded_gradients.py"])
def test_tests_of_a_gpu_are_collected(bare, file):
    command = [sys.executable, "-m", "pytest", "--collect-only", "-q", "-p", "no:xdist"]
    answer = subprocess.run(
        [*command, f"tests/unit/training/{file}"],
        cwd=ROOT,
        env=bare,
        capture_output=True,
        text=True,
    )
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert f"{file}::test_" in answer.stdout
