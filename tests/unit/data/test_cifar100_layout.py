import pytest

from reprise.data.layouts import layouts


def record(coarse: int, fine: int, first: int) -> bytes:
    """Two labels and an image of 3 planes of 2 x 2 values that count up from ``first``."""
    return bytes([coarse, fine, *range(first, first + 12)])


@pytest.fixture
def contents() -> dict[str, bytes]:
    return {
        "cifar-100-binary/train.bin": record(7, 1, 100) + record(0, 0, 0),
        "cifar-100-binary/fine_label_names.txt": b"cat\ndog\n",
        "cifar-100-binary/test.bin": record(19, 1, 200),
    }


@pytest.fixture
def source(make_source):
    return make_source(channels=3, layout="cifar100-binary")


def test_fine_labels_and_planes(source, contents, make_tar):
    splits = layouts["cifar100-binary"](source, [make_tar(contents)])
    assert splits.train_labels.tolist() == [1, 0]
    assert splits.test_labels.tolist() == [1]
    assert splits.train_images[:, :, 0, 0].tolist() == [[100, 104, 108], [0, 4, 8]]
    assert splits.test_images[0, 2].tolist() == [[208, 209], [210, 211]]


def test_fine_label_out_of_range_is_named(source, contents, make_tar, failure):
    contents["cifar-100-binary/train.bin"] = record(0, 1, 0) + record(0, 2, 0)
    message = failure(source, make_tar(contents))
    assert "train.bin in " in message
    assert "has label 2 for image 1 " in message


def test_records_of_cifar10_are_refused(source, contents, make_tar, failure):
    contents["cifar-100-binary/train.bin"] = record(0, 1, 0)[1:] * 2
    message = failure(source, make_tar(contents))
    assert "train.bin in " in message
    assert "has 26 bytes, expected are whole records of 14 bytes" in message


@pytest.mark.parametrize(("missing", "expected"), [("train", 2), ("test", 1)])
def test_missing_file_is_named(source, contents, make_tar, missing, expected, failure):
    del contents[f"cifar-100-binary/{missing}.bin"]
    message = failure(source, make_tar(contents))
    assert f"({missing}.bin) holds 0 images, {expected} are expected" in message


def test_archive_of_cifar10_is_refused(source, contents, make_tar, failure):
    archive = make_tar({"cifar/data_batch_1.bin": record(0, 1, 0), "cifar/test_batch.bin": b""})
    assert "(train.bin) holds 0 images" in failure(source, archive)
