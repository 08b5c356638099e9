"""The kit for some minutes on a GPU, in its short form on a CPU."""

import json
import os
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest
from other_machine import training

ROOT = Path(__file__).parents[3]
PHASES = ["machine", "data", "tests", "gradients", "killed", "updates", "at_once", "runs"]


@pytest.fixture
def kit(machine):
    """Runs the kit in the folder of the machine; its lines by phase."""

    def run(*options):
        environment = {**os.environ, "PYTHON": sys.executable, "OUT": "out"}
        command = [str(ROOT / "gpu" / "kit.sh"), machine.list.name, *options]
        answer = subprocess.run(
            command, cwd=machine.folder, env=environment, capture_output=True, text=True
        )
        found = {}
        lines = machine.folder / "out" / "kit.jsonl"
        for line in lines.read_text().splitlines() if lines.exists() else ():
            entry = json.loads(line)
            found.setdefault(entry["phase"], []).append(entry)
        return answer, found

    return run


def test_the_short_form_goes_through_every_phase(machine, kit):
    runs = training(), training(seed=2)
    machine.ask_for(*runs)
    answer, found = kit("--short", "--seconds", "59")
    assert answer.returncode == 0, answer.stdout + answer.stderr + str(found)
    assert found["kit"][-1]["ended"] == dict.fromkeys(PHASES, "done")
    assert found["machine"][0]["packages"]["torch"]
    assert found["data"][0]["as_listed"]
    assert found["tests"][0]["exit_of_pytest"] == 0
    # On a CPU the device is the CPU, and all is the same.
    compared = [entry for entry in found["gradients"] if "cell" in entry]
    assert len(compared) == 3
    assert all(entry["relative_difference"] == 0 for entry in compared)
    (killed, _) = found["killed"]
    assert killed["went_on"]
    assert killed["losses"][0] == killed["losses"][1]
    timed = [entry for entry in found["updates"] if "images_per_second" in entry]
    assert [entry["layout"] for entry in timed] == ["NHWC", "NCHW"]
    assert [e["cells"] for e in found["at_once"] if "images_per_second" in e] == [1, 2]
    with tarfile.open(machine.folder / "out" / "finished.tar") as tar:
        names = set(tar.getnames())
    assert names == {
        f"results/mini/{run.folder}/{name}"
        for run in runs
        for name in ("cell.yaml", "history.csv", "metrics.json")
    }


def test_a_missing_list_is_named(kit):
    answer, found = kit("--short")
    assert answer.returncode == 2
    assert not found
    (sentence,) = answer.stderr.splitlines()
    assert sentence.startswith("Error: jobs.json: expected a list of jobs, found no such file")
