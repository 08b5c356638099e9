"""Images at hand of the device."""

import tracemalloc
import warnings

import numpy as np
import pytest
import torch

from reprise.data.resident import ResidentData, chosen_rows, resident_split, uploaded

CPU = torch.device("cpu")


@pytest.fixture
def mapped(tmp_path):
    """Images in a read-only mapped file: image k is filled with k."""
    path = tmp_path / "images"
    images = np.repeat(np.arange(20, dtype=np.uint8), 3 * 2 * 2).reshape(20, 3, 2, 2)
    images.tofile(path)
    return np.memmap(path, np.uint8, "r", shape=images.shape)


def test_images_and_labels_are_those_of_the_rows(mapped):
    rows = chosen_rows(20, 7)
    split = resident_split(mapped, np.arange(20), rows, CPU)
    assert len(split) == 7
    assert split.image_shape == (3, 2, 2)
    assert split.images_at(slice(None))[:, 0, 0, 0].tolist() == rows.tolist()
    assert split.labels.tolist() == rows.tolist()
    assert split.images_at(torch.tensor([6, 0]))[:, 2, 1, 1].tolist() == [rows[6], rows[0]]


def test_on_a_cpu_the_images_stay_in_the_mapped_file(mapped):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        split = resident_split(mapped, np.arange(20), chosen_rows(20, 7), CPU)
    assert split.stored.data_ptr() == mapped.__array_interface__["data"][0]


def test_a_subset_is_the_start_of_the_whole_in_a_fixed_shuffle():
    assert chosen_rows(50, 10).tolist() == chosen_rows(50, None)[:10].tolist()
    assert sorted(chosen_rows(50, None)) == list(range(50))
    assert chosen_rows(50, None).tolist() != list(range(50))


def test_normalising(mapped):
    split = resident_split(mapped, np.arange(20), np.arange(20), CPU)
    mean, std = torch.full((1, 3, 1, 1), 0.5), torch.full((1, 3, 1, 1), 0.25)
    data = ResidentData(split, split, split, 20, mean, std)
    values = data.normalise(split.images_at(torch.tensor([0, 10])))[:, 1, 0, 1]
    assert values.tolist() == pytest.approx([-2, (10 / 255 - 0.5) / 0.25], abs=1e-6)


def mapped_images(folder, count, pixels):
    """Images of one channel in a mapped file, that differ."""
    shape = (count, 1, pixels, pixels)
    values = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    values.tofile(folder / "values")
    return np.memmap(folder / "values", np.uint8, "r", shape=shape)


@pytest.mark.parametrize("count", [None, 1500, 1])
def test_what_is_uploaded_are_the_rows_in_their_order(tmp_path, count):
    images = mapped_images(tmp_path, 3000, pixels=2)
    rows = chosen_rows(3000, count)
    stored, positions = uploaded(images, rows, torch.device("cpu"))
    assert stored.shape == (len(rows), 1, 2, 2)
    assert (stored[positions].numpy() == images[rows]).all()
    # In the order of the file.
    assert (stored.numpy() == images[np.sort(rows)]).all()


def test_an_upload_takes_little_memory_of_the_host(tmp_path):
    images = mapped_images(tmp_path, 20_000, pixels=32)
    rows = chosen_rows(20_000, None)
    tracemalloc.start()
    uploaded(images, rows, torch.device("cpu"))
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # Numpy's memory is traced, that of the device is not.
    assert most < images.nbytes / 5
