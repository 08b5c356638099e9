import io

import numpy as np
import pytest
from scipy.io import savemat

from reprise.data.layouts import layouts
from reprise.data.splits import image_blocks


@pytest.fixture
def write_mat(tmp_path):
    """A MATLAB file of images in which every value names its place, and their labels."""

    def write(name: str, labels: list[int], first: int = 0, **variables):
        images = np.arange(first, first + 12 * len(labels), dtype=np.uint8)
        content = {
            "X": images.reshape(len(labels), 3, 2, 2).transpose(2, 3, 1, 0),
            "y": np.array(labels, np.uint8)[:, np.newaxis],
        } | variables
        path = tmp_path / name
        savemat(path, content, do_compression=True)
        return path

    return write


@pytest.fixture
def files(write_mat):
    """Two and one training images and one test image."""
    return [
        write_mat("train.mat", [2, 1]),
        write_mat("extra.mat", [1], first=100),
        write_mat("test.mat", [2], first=200),
    ]


@pytest.fixture
def source(make_source):
    return make_source(channels=3, train_images=3, layout="svhn")


def stacked(images) -> np.ndarray:
    return np.concatenate(list(image_blocks(images)))


def test_files_are_joined_in_order(source, files):
    splits = layouts["svhn"](source, files)
    images = stacked(splits.train_images)
    assert splits.train_images.shape == images.shape == (3, 3, 2, 2)
    assert images.dtype == np.uint8
    assert images[:, 0, 0, 0].tolist() == [0, 12, 100]
    assert images[0].ravel().tolist() == list(range(12)), "planes, then rows, then columns"
    assert stacked(splits.test_images)[0, 2].tolist() == [[208, 209], [210, 211]]


def test_last_label_stands_for_the_first_class(source, files):
    splits = layouts["svhn"](source, files)
    assert splits.train_labels.tolist() == [0, 1, 1]
    assert splits.test_labels.tolist() == [0]
    assert splits.train_labels.dtype == np.int64


def test_training_without_further_files(make_source, files):
    source = make_source(channels=3, layout="svhn")
    splits = layouts["svhn"](source, [files[0], files[2]])
    assert stacked(splits.train_images)[:, 0, 0, 0].tolist() == [0, 12]


def test_wrong_count_is_named(source, files, write_mat, failure):
    files[1] = write_mat("extra.mat", [1, 1])
    message = failure(source, *files)
    assert "train.mat and " in message
    assert "extra.mat holds 4 images, 3 are expected" in message


def test_label_out_of_range_is_named(source, files, write_mat, failure):
    files[2] = write_mat("test.mat", [3])
    assert "test.mat has label 3 for image 0 " in failure(source, *files)


def test_missing_labels_are_named(source, files, write_mat, failure):
    files[1] = write_mat("extra.mat", [1], y=np.ones((2, 1)))
    assert "extra.mat must hold 1 labels y, one for each image" in failure(source, *files)


@pytest.mark.parametrize(
    ("images", "found"),
    [
        (np.zeros((3, 2, 3, 1), np.uint8), "uint8 of shape 3 x 2 x 3 x 1"),
        (np.zeros((2, 2, 3, 1)), "double of shape 2 x 2 x 3 x 1"),
        (np.zeros((2, 2), np.uint8), "uint8 of shape 2 x 2"),
    ],
)
def test_other_images_are_named(source, files, write_mat, images, found, failure):
    files[1] = write_mat("extra.mat", [1], X=images)
    message = failure(source, *files)
    assert "extra.mat must hold images X of type uint8 and shape 2 x 2 x 3 x images" in message
    assert message.endswith(f"holds {found}")


def test_file_without_images_is_named(source, files, failure):
    stream = io.BytesIO()
    savemat(stream, {"other": 1})
    files[0].write_bytes(stream.getvalue())
    assert failure(source, *files).endswith("holds nothing of shape none")


@pytest.mark.parametrize("content", [b"", b"no MATLAB file", b"\x89HDF\r\n\x1a\n" + bytes(600)])
def test_file_of_another_format_is_named(source, files, content, failure):
    files[0].write_bytes(content)
    assert "train.mat is damaged or cut short" in failure(source, *files)


def test_file_cut_short_anywhere_is_named(source, files, failure):
    whole = files[0].read_bytes()
    for length in range(0, len(whole), 7):
        files[0].write_bytes(whole[:length])
        assert str(files[0]) in failure(source, *files), length


def test_test_images_are_needed(source, files, failure):
    message = failure(source, *files[:1])
    assert "needs files of training images and then one of test images, found 1 files" in message
