"""A folder as on another machine: prepared data, a list of jobs, and nothing computed."""

import json
import shutil
from pathlib import Path

from reprise.data.integrity import sha256_of
from reprise.data.placement import RESIDENT_SHARE
from reprise.elsewhere.job_list import JobList, ListedData, ListedRun
from reprise.planning.asked_runs import AskedRun
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

DATA = "digits-8px"
TINY = {
    "dataset": "digits",
    "data_variant": "8px",
    "model": {
        "name": "plain_cnn",
        "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
        "hidden": [],
    },
    "norm": "none",
    "optimizer": "sgd",
    "schedule": {"name": "one_cycle", "learning_rate": 0.1},
    "momentum": 0.9,
    "batch_size": 50,
    "epochs": 2,
    "train_images": 300,
    "test_images": 50,
    "seed": 1,
}
SWEEP = {
    "schedule": {"name": "exponential_sweep", "first": 1e-4, "last": 1.0},
    "schedule_interval": 0,
}
RANGE_TEST = Choice.of({"name": "range_test", "smoothing": 0.5})


def training(**changes) -> ListedRun:
    """A run of training, as it is listed."""
    return probing(None, **changes)


def probing(probe=RANGE_TEST, **changes) -> ListedRun:
    """A run of a probe, as it is listed."""
    cell = Cell.of({**TINY, **changes})
    asked = AskedRun(cell, cell.published_id, probe)
    return ListedRun(asked, asked.fingerprint)


class Machine:
    """A folder with prepared data, and the lists that it is given."""

    def __init__(self, folder: Path, prepared: Path) -> None:
        self.folder = folder
        self.prepared = folder / "resources" / "prepared" / f"{DATA}.safetensors"
        self.prepared.parent.mkdir(parents=True)
        shutil.copy(prepared, self.prepared)
        self.sha256 = sha256_of(prepared)
        self.list = folder / "jobs.json"

    def ask_for(self, *runs, commit=None, cuda_graphs=False) -> JobList:
        """Write a list of runs on the CPU."""
        data = {DATA: ListedData(self.sha256, "abc")}
        jobs = JobList("mini", commit, "cpu", cuda_graphs, RESIDENT_SHARE, data, runs)
        jobs.write(self.list)
        return jobs

    def edit(self, **changes) -> None:
        """Change entries of the list."""
        self.list.write_text(json.dumps(json.loads(self.list.read_text()) | changes))

    def path(self, run, name) -> Path:
        """A file of a run."""
        return self.folder / "results" / "mini" / run.folder / name
