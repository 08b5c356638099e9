"""A machine with PyTorch, NumPy, pandas, PyYAML and safetensors, and with nothing else."""

import json
import os
import shutil
import subprocess
import sys

import pytest
from other_machine import SWEEP, probing, training

from reprise.inventory import LIBRARY

COMMIT = "0123456789" * 4
ABSENT = (
    "snakemake", "jsonschema", "pooch", "pytorch_optimizer", "PIL", "sklearn", "scipy", "requests",
    "torchvision", "matplotlib", "jinja2",
)  # fmt: skip


@pytest.fixture
def bare(machine):
    """The environment of the machine, which has a copy of the scripts and no repository."""
    shutil.copytree(
        LIBRARY.parent,
        machine.folder / "workflow" / "scripts",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    for name in ABSENT:
        package = machine.folder / "absent" / name
        package.mkdir(parents=True)
        raising = f"raise ModuleNotFoundError('No module named {name}', name='{name}')"
        (package / "__init__.py").write_text(raising)
    absent = str(machine.folder / "absent")
    return {**os.environ, "PYTHONPATH": absent, "REPRISE_COMMIT": COMMIT}


def run(machine, environment, *arguments):
    command = [sys.executable, *arguments]
    return subprocess.run(
        command, cwd=machine.folder, env=environment, capture_output=True, text=True, timeout=300
    )


def test_the_bare_machine_is_bare(machine, bare):
    for name in ABSENT:
        assert "ModuleNotFoundError" in run(machine, bare, "-c", f"import {name}").stderr


def test_it_trains_and_probes(machine, bare):
    runs = training(), probing(**SWEEP)
    machine.ask_for(*runs, commit=COMMIT)
    answer = run(machine, bare, "workflow/scripts/run_jobs.py", "jobs.json", "--workers", "2")
    assert answer.returncode == 0, answer.stdout + answer.stderr
    assert answer.stdout.splitlines()[-1] == "2 runs there"
    for one in runs:
        metrics = json.loads(machine.path(one, "metrics.json").read_text())
        assert metrics["status"] == "finished"
        assert metrics["fingerprint"] == one.fingerprint
        assert metrics["provenance"]["commit"] == COMMIT
        assert metrics["provenance"]["runner"] == "run_jobs.py"
        assert metrics["provenance"]["data"]["sha256"] == machine.sha256
        assert machine.path(one, "history.csv").is_file()
        assert machine.path(one, "cell.yaml").is_file()
    assert not list(machine.folder.glob("results/mini/checkpoints/*"))


def test_a_run_that_needs_more_fails_alone(machine, bare):
    ranger, plain = training(optimizer="ranger", momentum=0.95), training()
    machine.ask_for(ranger, plain, commit=COMMIT)
    answer = run(machine, bare, "workflow/scripts/run_jobs.py", "jobs.json")
    assert answer.returncode == 1
    assert "Traceback" not in answer.stderr
    (sentence,) = answer.stderr.splitlines()
    assert sentence.startswith("Error: optimizer 'ranger' needs the package pytorch_optimizer")
    assert answer.stdout.splitlines()[-1] == "1 run there, 1 failed"
    failure = json.loads(machine.path(ranger, "failure.json").read_text())
    assert "pytorch_optimizer" in failure["error"]
    assert machine.path(plain, "metrics.json").is_file()


def test_what_is_missing_is_named(machine, bare):
    machine.ask_for(training(), commit=COMMIT)
    (machine.folder / "absent" / "yaml.py").write_text(
        "raise ModuleNotFoundError('No module named yaml', name='yaml')"
    )
    answer = run(machine, bare, "workflow/scripts/run_jobs.py", "jobs.json")
    assert answer.returncode == 1
    (sentence,) = answer.stderr.splitlines()
    assert sentence.startswith("Error: expected torch, numpy,")
    assert "yaml is not there" in sentence


def test_a_machine_without_torch_says_so_of_each_run(machine, bare):
    machine.ask_for(training(), commit=COMMIT)
    (machine.folder / "absent" / "torch.py").write_text(
        "raise ModuleNotFoundError('No module named torch', name='torch')"
    )
    answer = run(machine, bare, "workflow/scripts/run_jobs.py", "jobs.json")
    assert answer.returncode == 1
    (sentence,) = answer.stderr.splitlines()
    assert "needs the package torch, which this machine lacks" in sentence
