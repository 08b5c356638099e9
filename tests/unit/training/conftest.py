"""Tiny cells and data for training, and jobs that something happens to."""

import sys
import tarfile
from pathlib import Path

import numpy as np
import pytest
import torch

from reprise.data.resident import ResidentData, chosen_rows, resident_split
from reprise.studies.cell import Cell
from reprise.training import checkpoint as checkpoints
from reprise.training.history import TIMING_COLUMNS

# The tests import what lies beside them by name, which the import mode does not provide for.
sys.path.insert(0, str(Path(__file__).parent))

TINY = {
    "dataset": "digits",
    "model": {"name": "mgnet", "channels": 8, "iterations": [1, 1]},
    "norm": "batch",
    "optimizer": {"name": "sgd", "weight_decay": 5e-4},
    "schedule": {"name": "sigmoid", "learning_rate": 0.1},
    "momentum": 0.9,
    "batch_size": 16,
    "epochs": 2,
    "augmentation": [{"name": "crop", "padding": 1}, "flip"],
    "seed": 1,
}


CLASSES = ["airplane", "automobile", "bird", "cat", "deer",
           "dog", "frog", "horse", "ship", "truck"]  # fmt: skip


@pytest.fixture
def tiny_cell():
    def make(**changes):
        return Cell.of({**TINY, **changes})

    return make


@pytest.fixture(scope="session")
def tiny_data():
    """Noisy stripes: class k of 4 has a bright row k."""
    generator = np.random.default_rng(0)
    device = torch.device("cpu")

    def split(count):
        labels = generator.integers(0, 4, count)
        images = generator.integers(0, 90, (count, 1, 8, 8)).astype(np.uint8)
        images[np.arange(count), 0, 2 * labels] += 120
        return resident_split(images, labels, chosen_rows(len(labels), None), device)

    scale = torch.full((1, 1, 1, 1), 0.3)
    test = split(75)
    return ResidentData(split(101), test, test, classes=4, mean=scale, std=scale)


@pytest.fixture(scope="session")
def cifar_images(shared_datasets):
    """1,400 training and 700 test images of CIFAR-10 with labels, as many of each class."""
    from PIL import Image

    archive = shared_datasets / "cifar10-jpeg.tar.xz"
    if not archive.is_file():
        pytest.skip(f"{archive} is not there")
    found = {"train": ([], []), "test": ([], [])}
    wanted = {"train": 140, "test": 70}
    taken = {}
    with tarfile.open(archive) as tar:
        for member in tar:
            parts = member.name.strip("./").split("/")
            if not member.isfile() or len(parts) < 3:
                continue
            split, label = parts[-3], parts[-2]
            if taken.get((split, label), 0) == wanted[split]:
                continue
            taken[split, label] = taken.get((split, label), 0) + 1
            image = np.asarray(Image.open(tar.extractfile(member)).convert("RGB"))
            found[split][0].append(image.transpose(2, 0, 1))
            found[split][1].append(CLASSES.index(label))
    return {
        split: (torch.from_numpy(np.stack(images)), torch.tensor(labels))
        for split, (images, labels) in found.items()
    }


@pytest.fixture(autouse=True)
def always_one_thread(one_thread):
    """Every test of training runs on one thread."""


@pytest.fixture
def without_timing():
    """The rows of a history.csv without the columns that differ from run to run."""

    def rows(path):
        header, *lines = [line.split(",") for line in path.read_text().splitlines()]
        kept = [i for i, name in enumerate(header) if name not in TIMING_COLUMNS]
        return [[line[i] for i in kept] for line in lines]

    return rows


@pytest.fixture
def lasting_job(make_job, tiny_cell, tmp_path, monkeypatch):
    """A job of some seconds that keeps its state after every epoch."""
    monkeypatch.setattr(checkpoints, "SECONDS_BETWEEN", 0)

    def make(folder, epochs=80):
        cell = tiny_cell(
            epochs=epochs,
            train_images=300,
            test_images=50,
            schedule={"name": "one_cycle", "learning_rate": 0.1},
            model={
                "name": "plain_cnn",
                "stages": [{"convolutions": [{"channels": 4}], "dropout": 0.2}],
                "hidden": [],
            },
        )
        return make_job(cell, folder) | {"checkpoint": str(tmp_path / "state" / f"{folder}.pt")}

    return make


@pytest.fixture
def changed_digits(prepared_digits, tmp_path):
    """The prepared digits with another pixel."""
    path = tmp_path / "digits.safetensors"
    # The format ends with data, and takes the place of a pixel.
    content = bytearray(prepared_digits.read_bytes())
    content[-1] ^= 1
    path.write_bytes(content)
    return path
