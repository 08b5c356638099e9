import numpy as np
import pytest

from reprise.data.layouts import layouts
from reprise.errors import InputError


def record(label: int, first: int) -> bytes:
    """A label and an image of 3 planes of 2 x 2 values that count up from ``first``."""
    return bytes([label, *range(first, first + 12)])


@pytest.fixture
def contents() -> dict[str, bytes]:
    return {
        "cifar/data_batch_10.bin": record(1, 100),
        "cifar/readme.html": b"<html>",
        "cifar/test_batch.bin": record(0, 200),
        "cifar/data_batch_2.bin": record(0, 0) + record(1, 50),
    }


@pytest.fixture
def cifar_source(make_source):
    return make_source(channels=3, train_images=3, test_images=1, layout="cifar-binary")


def test_planes_and_batches_in_order(cifar_source, contents, make_tar):
    splits = layouts["cifar-binary"](cifar_source, [make_tar(contents)])
    assert splits.train_images[:, :, 0, 0].tolist() == [[0, 4, 8], [50, 54, 58], [100, 104, 108]]
    assert splits.train_images[0, 1].tolist() == [[4, 5], [6, 7]]
    assert splits.train_labels.tolist() == [0, 1, 1]
    assert splits.test_images[0, 2].tolist() == [[208, 209], [210, 211]]
    assert splits.test_labels.tolist() == [0]
    assert splits.train_images.dtype == np.uint8
    assert splits.train_labels.dtype == np.int64


def test_wrong_size_is_named(cifar_source, contents, make_tar, failure):
    contents["cifar/data_batch_2.bin"] += b"x"
    message = failure(cifar_source, make_tar(contents))
    assert "data_batch_2.bin in " in message
    assert "has 27 bytes, expected are whole records of 13 bytes" in message


def test_label_out_of_range_is_named(cifar_source, contents, make_tar, failure):
    contents["cifar/data_batch_2.bin"] = record(0, 0) + record(10, 0)
    message = failure(cifar_source, make_tar(contents))
    assert "data_batch_2.bin" in message
    assert "has label 10 for image 1 " in message
    assert "has labels 0 to 1" in message


def test_missing_batch_is_named(cifar_source, contents, make_tar, failure):
    del contents["cifar/data_batch_10.bin"]
    message = failure(cifar_source, make_tar(contents))
    assert "(data_batch_*.bin) holds 2 images, 3 are expected" in message


def test_missing_test_batch_is_named(cifar_source, contents, make_tar, failure):
    del contents["cifar/test_batch.bin"]
    message = failure(cifar_source, make_tar(contents))
    assert "(test_batch.bin) holds 0 images, 1 are expected" in message


def test_archive_cut_short_is_named(cifar_source, contents, make_tar, failure):
    archive = make_tar(contents)
    archive.write_bytes(archive.read_bytes()[:150])
    assert "damaged" in failure(cifar_source, archive)


def test_one_archive_is_needed(cifar_source):
    with pytest.raises(InputError, match="needs one archive, found 0 files"):
        layouts["cifar-binary"](cifar_source, [])
