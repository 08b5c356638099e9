"""Images that are read from a file batch by batch."""

from contextlib import nullcontext

import numpy as np
import pytest
import torch

from reprise.data import streamed
from reprise.data.image_split import ImageSplit
from reprise.data.resident import resident_split
from reprise.data.streamed import streamed_split

CPU = torch.device("cpu")
ROWS = np.random.default_rng(1).permutation(40)[:31]
BOUNDS = [(0, 8), (8, 16), (16, 31)]


@pytest.fixture
def splits(tmp_path):
    """The same images of 10 pixels at hand of the device and streamed."""

    def make(pixels=None) -> list[ImageSplit]:
        values = np.random.default_rng(0).integers(0, 256, (40, 3, 10, 10), np.uint8)
        values.tofile(tmp_path / "images")
        images = np.memmap(tmp_path / "images", np.uint8, "r", shape=values.shape)
        given = (images, np.arange(40), ROWS, CPU, pixels)
        return [resident_split(*given), streamed_split(*given)]

    return make


@pytest.mark.parametrize("order", [None, torch.randperm(31)], ids=["as they stand", "shuffled"])
@pytest.mark.parametrize(("pixels", "whole"), [(None, False), (7, False), (7, True)])
def test_batches_are_those_of_the_resident_split(splits, order, pixels, whole):
    resident, read = (list(split.batches(BOUNDS, order, whole=whole)) for split in splits(pixels))
    assert [len(batch) for batch in read] == [8, 8, 15]
    assert all(torch.equal(a, b) for a, b in zip(resident, read, strict=True))
    side = 10 if whole or pixels is None else 7
    assert read[0].shape == (8, 3, side, side)


def test_labels_and_shapes(splits):
    for split in splits(8):
        assert split.labels.tolist() == ROWS.tolist()
        assert len(split) == 31
        assert split.stored_shape == (3, 10, 10)
        assert split.image_shape == (3, 8, 8)
        assert split.device == CPU


def test_what_is_seen_is_the_centre(splits):
    for split in splits(6):
        whole = split.stored_at(slice(2, 5))
        assert torch.equal(split.images_at(slice(2, 5)), whole[:, :, 2:8, 2:8])
        # Augmentations look at memory as one block.
        assert split.images_at(slice(2, 5)).is_contiguous()


class Device:
    """Notes what streams are asked for, and hands out batches that note what is done with them."""

    def __init__(self):
        self.notes = []

    def batch(self, number):
        return Batch(self, number, "host")

    def record_event(self):
        return self.notes[-1][1]

    def wait_event(self, number):
        self.notes.append(("wait", number))


class Batch:
    def __init__(self, owner, number, device):
        self.owner, self.number, self.device = owner, number, device

    def to(self, device, non_blocking):
        self.owner.notes.append(("copy", self.number))
        return Batch(self.owner, self.number, device)

    def record_stream(self, stream):
        self.owner.notes.append(("keep", self.number))


def test_a_batch_is_copied_beside_the_work_on_the_one_before(monkeypatch):
    device = Device()
    monkeypatch.setattr(torch.cuda, "Stream", lambda _: device)
    monkeypatch.setattr(torch.cuda, "stream", lambda _: nullcontext())
    monkeypatch.setattr(torch.cuda, "current_stream", lambda _: device)
    for batch in streamed.copied_ahead(map(device.batch, range(3)), "gpu"):
        assert batch.device == "gpu"
        device.notes.append(("use", batch.number))
    assert device.notes == [
        ("copy", 0), ("copy", 1), ("wait", 0), ("keep", 0), ("use", 0),
        ("copy", 2), ("wait", 1), ("keep", 1), ("use", 1),
        ("wait", 2), ("keep", 2), ("use", 2),
    ]  # fmt: skip
