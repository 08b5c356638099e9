"""A run whose images are streamed is the run whose images are at hand of the device."""

import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from cpu_recorder import CpuRecorder

from reprise.data.cell_data import load_resident
from reprise.data.prepared import open_prepared
from reprise.errors import InputError
from reprise.training import checkpoint as checkpoints
from reprise.training.jobs.cell_job import run_cell, run_first_epochs
from reprise.training.jobs.run_time import NO_TIME
from reprise.training.loop import start_run, train

CPU = torch.device("cpu")
SMALL = {"train_images": 200, "test_images": 90}


@pytest.fixture
def data(prepared_digits):
    """The digits of a cell, resident or streamed."""

    def load(cell, share):
        return load_resident(open_prepared(prepared_digits), cell, CPU, share)

    return load


@pytest.fixture
def run_job(make_job, without_timing):
    """Run the job of a cell with a share of the memory; its history and metrics."""

    def run(cell, share, job=run_cell, **changes):
        plain = make_job(cell, f"share{share}") | {"resident_share": share} | changes
        job(plain)
        return without_timing(Path(plain["history"])), json.loads(
            Path(plain["metrics"]).read_text()
        )

    return run


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"batch_size": 64, "validation_share": 0.2},
        {"augmentation": []},
        {"augmentation": ["random_resized_crop", {"name": "cutout", "fill": "grey"}]},
        {"norm": {"name": "general", "groups": [1, 1, 1, 1]}},
        {"batch_size_schedule": {"name": "batch_size_stages", "sizes": [16, 100],
                                 "milestones": [1]}},
        {"schedule": {"name": "constant", "learning_rate": 1e30}},
    ],
    ids=["plain", "validation", "not augmented", "resized crops", "statistics of test batches",
         "growing batches", "diverged"],
)  # fmt: skip
def test_the_same_history_to_the_last_digit(tiny_cell, run_job, changes):
    cell = tiny_cell(**SMALL, **changes)
    resident, of_resident = run_job(cell, 1)
    streamed, of_streamed = run_job(cell, 0)
    assert streamed == resident
    assert len(resident) == of_resident["epochs"]
    placements = [m["provenance"]["data"]["placement"] for m in (of_resident, of_streamed)]
    assert placements == ["resident", "streamed"]
    assert of_streamed["cell"] == of_resident["cell"] == cell.plain()


def test_the_first_epochs_of_a_kept_run_stream_too(tiny_cell, run_job):
    cell = tiny_cell(**SMALL, epochs=3)
    rows, metrics = run_job(cell, 0, run_first_epochs, first_epochs=1)
    assert rows == run_job(cell, 1)[0][:1]
    assert metrics["provenance"]["data"]["placement"] == "streamed"


def test_images_and_their_order_are_those_of_the_resident_split(tiny_cell, data):
    cell = tiny_cell(**SMALL, validation_share=0.1)
    resident, streamed = data(cell, 1), data(cell, 0)
    for name in ("train", "validation", "test"):
        here, there = getattr(resident, name), getattr(streamed, name)
        assert here.image_shape == there.image_shape
        assert torch.equal(here.labels, there.labels)
        for index in (slice(3, 9), torch.tensor([8, 0, 8])):
            assert torch.equal(here.images_at(index), there.images_at(index))


class Killed(BaseException):
    """Ends a run, as a signal does, where nothing can catch it."""


def test_a_streamed_run_that_is_killed_goes_on_resident(tiny_cell, run_job, tmp_path, monkeypatch):
    """Where the images lie is no part of what the state depends on."""
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    keep = checkpoints.Checkpoint.keep

    def kill_after_two(self, run, epoch):
        keep(self, run, epoch)
        if epoch.epoch == 2:
            raise Killed

    cell = tiny_cell(**SMALL, epochs=4)
    state = {"checkpoint": str(tmp_path / "state.pt")}
    with monkeypatch.context() as patch, pytest.raises(Killed):
        patch.setattr(checkpoints.Checkpoint, "keep", kill_after_two)
        run_job(cell, 0, **state)
    went_on, metrics = run_job(cell, 0.9, **state)
    assert metrics["resumed_after_epochs"] == [2]
    assert metrics["provenance"]["data"]["placement"] == "resident"
    assert went_on == run_job(cell, 1)[0]


def test_a_streamed_run_that_is_killed_within_an_epoch_goes_on(
    tiny_cell, data, tmp_path, monkeypatch
):
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)
    cell = tiny_cell(**SMALL, epochs=4)
    whole = train(start_run(cell, data(cell, 1)))
    checkpoint = checkpoints.Checkpoint(tmp_path / "state.pt", lambda: {})
    run = start_run(cell, data(cell, 0))
    loss, calls = run.loss, iter(range(10**6))

    def killing(logits, labels):
        # Thirteen updates an epoch and one evaluation: within the third.
        if next(calls) == 33:
            raise Killed
        return loss(logits, labels)

    run.loss = killing
    with pytest.raises(Killed):
        train(run, lambda epoch: checkpoint.keep(run, epoch))
    after = checkpoints.Checkpoint(tmp_path / "state.pt", lambda: {})
    run = start_run(cell, data(cell, 0))
    resumed = train(run, earlier=after.resume(run))
    assert after.resumed_after == [2]
    assert after.earlier != NO_TIME
    assert [epoch.train_loss for epoch in resumed] == [epoch.train_loss for epoch in whole]
    assert [epoch.test_loss for epoch in resumed] == [epoch.test_loss for epoch in whole]


def test_streamed_images_are_not_recorded_which_a_sentence_says(tiny_cell, data, capsys):
    cell = tiny_cell(**SMALL)
    run = start_run(cell, data(cell, 0), CpuRecorder())
    assert (run.recorded, run.recorded_updates, run.recorded_logits) == (None, None, None)
    assert "updates are computed one by one and not replayed" in capsys.readouterr().out
    run = start_run(cell, data(cell, 1), CpuRecorder())
    assert run.recorded is not None
    assert capsys.readouterr().out == ""


def test_a_file_that_is_cut_short_ends_the_run_with_one_sentence(
    tiny_cell, make_job, prepared_digits, tmp_path, monkeypatch
):
    copy = tmp_path / "digits.safetensors"
    copy.write_bytes(prepared_digits.read_bytes())
    keep = checkpoints.Checkpoint.keep

    def cut(self, run, epoch):
        os.truncate(copy, 20_000)
        keep(self, run, epoch)

    monkeypatch.setattr(checkpoints.Checkpoint, "keep", cut)
    job = make_job(tiny_cell(), prepared=copy)
    with pytest.raises(InputError, match="was expected to stay as it is while a run reads it"):
        run_cell(job | {"resident_share": 0, "checkpoint": str(tmp_path / "state.pt")})
    failure = json.loads(Path(job["metrics"]).with_name("failure.json").read_text())
    assert failure["error"].startswith(str(copy))
    assert not [t for t in threading.enumerate() if t.name.startswith("reads-rows")]


MEMORY = """
import json, sys
from dataclasses import replace
from pathlib import Path
import torch
from reprise.data.cell_data import load_resident
from reprise.data.prepared import open_prepared
from reprise.studies.cell import Cell
from reprise.training.loop import start_run, train
prepared, share, cell = sys.argv[1:]
torch.set_num_threads(1)
def held():
    # Of mapped files only the prepared one counts: how many pages of the libraries' code are in
    # memory differs from machine to machine by tens of megabytes.
    counted, of_data = 0, False
    for line in Path("/proc/self/smaps").read_text().splitlines():
        if "-" in line.split()[0]:
            of_data = line.endswith(prepared)
        elif of_data and line.startswith("Rss:"):
            counted += int(line.split()[1])
    status = Path("/proc/self/status").read_text().splitlines()
    anonymous = next(int(line.split()[1]) for line in status if line.startswith("RssAnon"))
    return 1024 * (anonymous + counted)
def run(share, **changes):
    changed = replace(Cell.of(json.loads(cell)), **changes)
    opened, cpu = open_prepared(Path(prepared)), torch.device("cpu")
    loaded = load_resident(opened, changed, cpu, share)
    train(start_run(changed, loaded))
    return loaded.placement, held()
# A page of a mapped file that is looked at brings megabytes of others, so that this one streams. It
# tests on as many images as the other, since what a test of a model takes depends on their number.
_, before = run(0, train_images=100)
placement, after = run(float(share))
print(placement, after - before)
"""


@pytest.fixture(scope="module")
def large_data(tmp_path_factory):
    """Prepared data of 64 MiB."""
    from reprise.data.prepared import write_prepared
    from reprise.data.sources import Source
    from reprise.data.splits import Splits

    def images(count):
        return np.random.default_rng(0).integers(0, 256, (count, 1, 128, 128), np.uint8)

    def labels(count):
        return np.arange(count) % 4

    path = tmp_path_factory.mktemp("large") / "large.safetensors"
    source = Source(
        "large", "Large", "official", "digits", (), ("a", "b", "c", "d"), 1, 128, 3840, 256,
        (0.5,), (0.25,), "",
    )  # fmt: skip
    write_prepared(source, Splits(images(3840), labels(3840), images(256), labels(256)), path)
    return path


@pytest.fixture
def grown_memory(large_data, tiny_cell):
    """Where the images of a run in a new process lay, and by how many bytes its memory grew beyond
    that of a small run."""
    cell = tiny_cell(
        batch_size=32,
        epochs=1,
        augmentation=[],
        norm="none",
        model={
            "name": "plain_cnn",
            "stages": [{"convolutions": [{"channels": 1, "kernel": 1}]}],
            "hidden": [],
        },
    )

    def measure(share):
        environment = os.environ | {
            "PYTHONPATH": os.pathsep.join(sys.path),
            "OMP_NUM_THREADS": "1",
            # Else the C library now and then keeps tens of megabytes of freed activations.
            "MALLOC_MMAP_THRESHOLD_": str(2**17),
        }
        command = [sys.executable, "-c", MEMORY, large_data, str(share), json.dumps(cell.plain())]
        placement, grown = subprocess.check_output(command, env=environment, text=True).split()
        return placement, int(grown)

    return measure


def test_data_of_twice_the_allowed_share_take_less_memory_than_the_share(large_data, grown_memory):
    size = 4096 * 128 * 128
    machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    placement, grown = grown_memory(size / 2 / machine)
    assert placement == "streamed"
    # The model's part is in the small run before.
    assert grown < size / 8
    # All pages of a mapped file count as memory of its process.
    placement, grown = grown_memory(1)
    assert placement == "resident"
    assert grown > 0.8 * size
