"""Images that are streamed to a GPU, where there is an NVIDIA GPU."""

import dataclasses

import numpy as np
import pytest
import torch

from reprise.data.resident import chosen_rows, resident_split
from reprise.data.streamed import streamed_split
from reprise.training.loop import start_run, train

# Pinned memory and copies beside the work exist on a GPU alone, and `make test` is promised without
# one. What is read, and in which order, is tested on any machine in test_streamed_data.py.
pytestmark = pytest.mark.skipif(
    not torch.cuda.is_available(),
    reason="pinned memory needs an NVIDIA GPU; test_streamed_data.py tests the rest without one",
)

COUNT = 1000


@pytest.fixture
def splits(tmp_path):
    """The same images, resident on a GPU and streamed to it."""
    generator = np.random.default_rng(0)
    generator.integers(0, 256, (COUNT, 1, 8, 8), np.uint8).tofile(tmp_path / "images")
    images = np.memmap(tmp_path / "images", np.uint8, "r", shape=(COUNT, 1, 8, 8))
    given = (images, generator.integers(0, 4, COUNT), chosen_rows(COUNT, None))
    device = torch.device("cuda")
    return resident_split(*given, device), streamed_split(*given, device)


def test_batches_are_those_of_the_resident_split(splits):
    """They are looked at late, when the memory of pinned batches has long been used anew."""
    resident, streamed = splits
    bounds = [(start, min(start + 64, COUNT)) for start in range(0, COUNT, 64)]
    for seed in range(20):
        order = torch.randperm(COUNT, generator=torch.Generator().manual_seed(seed)).cuda()
        # Work that the copies run beside.
        busy = torch.ones(2000, 2000, device="cuda")
        found = []
        for batch in streamed.batches(bounds, order):
            busy = busy @ busy * 1e-4
            found.append(batch + 0)
        expected = resident.images_at(order)
        assert torch.equal(torch.cat(found), expected)


def test_the_same_history(tiny_cell, tiny_data, splits):
    device = torch.device("cuda")
    scale = {"mean": tiny_data.mean.to(device), "std": tiny_data.std.to(device)}
    resident, streamed = (
        train(
            start_run(
                tiny_cell(epochs=3),
                dataclasses.replace(tiny_data, train=split, validation=split, test=split, **scale),
            )
        )
        for split in splits
    )
    for name in ("train_loss", "test_loss"):
        # Sums of a GPU may come in any order.
        assert [getattr(epoch, name) for epoch in streamed] == pytest.approx(
            [getattr(epoch, name) for epoch in resident], rel=1e-4
        )
