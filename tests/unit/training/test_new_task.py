"""A task that somebody adds: one file, and everything that runs and reports knows it."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from reprise.inventory import LIBRARY

ADDED = '''
"""Classes that stand in an order."""

from reprise.training.task import tasks
from reprise.training.tasks.classification import Classification


@tasks.register(
    "ordering",
    scores={"distance": {"unit": "classes", "rises": False, "guess": [0.33, 1]}},
    labels="example",
)
class Ordering(Classification):
    """How far the predicted class is from the true one, on average."""

    def count(self, counts, logits, labels):
        counts += (logits.argmax(1) - labels).abs().sum()

    def scores(self, counts, examples):
        return {"distance": counts.item() / examples}
'''

WORK = """
import json, sys
from reprise.analysis.learning import Guessing
from reprise.studies.measure_forms import trained_metrics
from reprise.planning.fingerprints import run_fingerprint
from reprise.rendering.metrics import metric_label
from reprise.studies.cell import Cell
from reprise.training.jobs.cell_job import run_cell

job = json.loads(sys.argv[1])
run_cell(job)
numbers = json.load(open(job["metrics"]))
cell = Cell.of(job["cell"])
print(json.dumps({
    "label": metric_label("test_distance"),
    "known": sorted(n for n in trained_metrics(["ordering"]) if n.startswith("test")),
    "learned": Guessing(10, 797).is_beaten(numbers),
    "fingerprint": run_fingerprint(cell),
}))
"""


def python_with(library, job):
    """What the script finds in a process whose library is the copy."""
    environment = {**os.environ, "PYTHONPATH": str(library.parent)}
    arguments = [sys.executable, "-c", WORK, json.dumps(job)]
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=True)
    *printed, found = done.stdout.splitlines()
    return printed, json.loads(found)


@pytest.fixture
def library(tmp_path):
    """A copy of the library with one file more."""
    copy = tmp_path / "scripts" / "reprise"
    shutil.copytree(LIBRARY, copy, ignore=shutil.ignore_patterns("__pycache__"))
    (copy / "training" / "tasks" / "ordering.py").write_text(ADDED)
    return copy


def test_a_cell_of_an_added_task(library, make_job, tiny_cell):
    cell = tiny_cell(task="ordering", epochs=3, model={"name": "resnet18", "width": 4})
    job = make_job(cell)
    printed, found = python_with(library, job)
    metrics = json.loads(Path(job["metrics"]).read_text())
    assert metrics["status"] == "finished"
    assert 0 <= metrics["test_distance"] < 3.3
    assert "test_accuracy" not in metrics
    assert f"distance {metrics['test_distance']:6.2f} classes" in printed[-1]
    assert found["label"] == "Test distance (classes)"
    assert found["known"] == ["test_distance", "test_loss"]
    assert found["learned"] is True
    # Editing the task changes the fingerprint of its cells.
    path = library / "training" / "tasks" / "ordering.py"
    path.write_text(ADDED.replace(".abs()", ".square()"))
    assert python_with(library, job)[1]["fingerprint"] != found["fingerprint"]
