"""Settings of yang_huang's first table against a loop like its authors', on real MNIST images.

The loop's images are read by the test itself, and its network, which ends in a softmax, is its
own. It starts from the same weights, so that the two differ by rounding alone. What is compared
are the recipes of the study's YAML, over more epochs than the sawtooth's first tooth has.
"""

import gzip
from pathlib import Path

import numpy as np
import pytest
import torch
from reacting_loop import (
    Images,
    ReactingLoop,
    at_cutoff,
    at_rises,
    every_epoch,
    geometric,
    harmonic,
    sawtooth,
)
from run_of_setting import Setting, as_rows, run_of_setting
from torch import nn

from reprise.training.loop import train

TRAIN, TEST, EPOCHS = 1920, 1000, 13


@pytest.fixture(scope="module")
def images(shared_datasets: Path) -> Images:
    """The first images of both files, with labels."""
    folder = shared_datasets / "mnist"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return {
        name: (
            torch.from_numpy(read(folder / f"{name}-images-idx3-ubyte.gz", 16, 784, count)).reshape(
                -1, 1, 28, 28
            ),
            torch.from_numpy(read(folder / f"{name}-labels-idx1-ubyte.gz", 8, 1, count)).long(),
        )
        for name, count in (("train", TRAIN), ("t10k", TEST))
    }


def read(path: Path, header: int, size: int, count: int) -> np.ndarray:
    return np.frombuffer(gzip.open(path).read(header + size * count), np.uint8, -1, header).copy()


def network() -> nn.Module:
    return nn.Sequential(
        nn.Conv2d(1, 20, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(3380, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(dim=1),
    )  # fmt: skip


@pytest.mark.parametrize(
    "setting",
    [
        Setting("by_epoch", "seq4", every_epoch, sawtooth),
        Setting("by_epoch", "seq1", every_epoch, harmonic),
        Setting("by_cutoff", "seq3", at_cutoff, geometric),
        Setting("by_oscillation", "seq1", at_rises, harmonic),
    ],
    ids=str,
)
def test_the_settings_of_the_yaml_train_as_the_authors_loop(
    images: Images, setting: Setting
) -> None:
    run = run_of_setting("table1", setting, EPOCHS, images)
    loop = ReactingLoop(network(), 64, setting.updates, setting.sequence)
    loop.start_from(list(run.model.parameters()))
    plain = np.array(list(loop.epochs(images, range(EPOCHS))))
    engine = as_rows(train(run))
    assert engine[:, 0] == pytest.approx(plain[:, 0], rel=1e-6)
    assert len(set(plain[:, 0])) > 1
    assert engine[:, 1] == pytest.approx(plain[:, 1], abs=1e-3)
    assert engine[:, 2] == pytest.approx(plain[:, 2], abs=0.6)
    assert engine[-1, 2] > 50  # far above chance, so that the comparison says something
