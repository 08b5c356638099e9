"""Cells of every task end to end: histories, metrics, checkpoints and recordings."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import torch
from cpu_recorder import CpuRecorder

from reprise.data.catalogue import load_entries
from reprise.data.cell_data import load_resident
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.inventory import LIBRARY
from reprise.studies.measure_forms import reported_series
from reprise.training import checkpoint as checkpoints
from reprise.training.checkpoint import Checkpoint
from reprise.training.jobs.cell_job import run_cell
from reprise.training.jobs.run_time import OutOfTime
from reprise.training.loop import start_run, train

ROOT = LIBRARY.parents[2]
SMALL = {
    "segmentation": {
        "dataset": "scenes",
        "model": {
            "name": "deeplab_v3_mobilenet_v2",
            "width_multiplier": 0.25,
            "blocks": [1] * 7,
            "head_channels": 8,
            "output_stride": 8,
        },
        "norm": "batch",
        "augmentation": [{"name": "crop", "padding": 2}],
    },
    "detection": {
        "dataset": "scene_boxes",
        "model": {
            "name": "ssdlite_mobilenet_v2",
            "width_multiplier": 0.25,
            "blocks": [1] * 7,
            "extra_channels": [16],
        },
        "norm": "batch",
        "schedule": {"name": "constant", "learning_rate": 0.01},
        "augmentation": ["flip"],
    },
    "language_modelling": {
        "dataset": "text",
        "model": {"name": "lstm", "embedding": 8, "hidden": 12, "dropout": 0.2},
        "norm": "none",
        "augmentation": [],
    },
}


@pytest.fixture(scope="module")
def prepared(tmp_path_factory):
    """The embedded data of each task, a part of them prepared."""
    entries = load_entries(ROOT / "config" / "datasets.yaml", {})
    paths = {}
    for task, settings in SMALL.items():
        source = Source.of(settings["dataset"], entries[settings["dataset"]])
        assert source.task == task
        path = tmp_path_factory.mktemp(task) / "prepared.safetensors"
        prepare(replace(source, train_images=50, test_images=20), [], path)
        paths[task] = path
    return paths


@pytest.fixture(params=sorted(SMALL))
def task(request):
    return request.param


@pytest.fixture
def cell(tiny_cell, task):
    return tiny_cell(task=task, epochs=3, **SMALL[task])


def resident(prepared, cell):
    return load_resident(open_prepared(prepared[cell.task]), cell, torch.device("cpu"))


def untimed(epochs):
    left_out = ("seconds", "images_per_second")
    return [{k: v for k, v in e.columns().items() if k not in left_out} for e in epochs]


def test_a_job_leaves_the_scores_of_its_task(make_job, prepared, cell, task):
    job = make_job(cell, prepared=prepared[task])
    run_cell(job)
    metrics = json.loads(Path(job["metrics"]).read_text())
    history = pd.read_csv(job["history"])
    assert metrics["status"] == "finished"
    assert metrics["cell"]["task"] == task
    assert len(history) == 3
    for name in reported_series(task):
        assert metrics[name] == pytest.approx(history[name].iloc[-1], rel=1e-8)
    assert "test_accuracy" not in {*metrics, *history}


def test_a_run_learns_and_is_the_same_again(prepared, cell):
    first, second = (train(start_run(cell, resident(prepared, cell))) for _ in range(2))
    assert untimed(first) == untimed(second)
    assert first[-1].train_loss < first[0].train_loss


def test_a_run_that_stops_goes_on_to_the_same_history(prepared, cell, tmp_path, monkeypatch):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    whole = train(start_run(cell, resident(prepared, cell)))
    path = tmp_path / "state.pt"

    def part(deadline=None):
        checkpoint = Checkpoint(path, lambda: {"cell": cell.canonical()}, deadline)
        run = start_run(cell, resident(prepared, cell))
        earlier = checkpoint.resume(run)
        return train(run, lambda epoch: checkpoint.keep(run, epoch), earlier), checkpoint

    with pytest.raises(OutOfTime):
        part(deadline=0.0)
    ended, checkpoint = part()
    assert checkpoint.resumed_after == [1]
    assert untimed(ended) == untimed(whole)


def test_what_is_streamed_trains_the_same_to_the_last_digit(prepared, cell):
    data = open_prepared(prepared[cell.task])
    streamed = load_resident(data, cell, torch.device("cpu"), share=0.0)
    assert streamed.placement == "streamed"
    plain = train(start_run(cell, resident(prepared, cell)))
    assert untimed(train(start_run(cell, streamed))) == untimed(plain)


def test_replayed_updates_train_the_same_to_the_last_digit(prepared, cell):
    small = replace(cell, batch_size=8)
    plain = train(start_run(small, resident(prepared, small)))
    run = start_run(small, resident(prepared, small), CpuRecorder())
    assert untimed(train(run)) == untimed(plain)
    assert run.recorded.replays + run.recorded_updates.replayed > 0


def test_held_out_examples_are_no_training_examples(prepared, cell):
    data = resident(prepared, replace(cell, validation_share=0.2))
    rows = [set(split.rows.tolist()) for split in (data.train, data.validation)]
    assert [len(found) for found in rows] == [40, 10]
    assert not rows[0] & rows[1]
    stored = np.asarray(open_prepared(prepared[cell.task]).train_labels)
    assert np.array_equal(data.validation.labels, stored[data.validation.rows])
