import gzip
import struct
from pathlib import Path

import numpy as np
import pytest

from reprise.data.layouts import layouts
from reprise.data.layouts.idx import read_idx

TRAIN_IMAGES = np.arange(8, dtype=np.uint8).reshape(2, 2, 2)
TEST_IMAGES = np.array([[[250, 251], [252, 253]]], dtype=np.uint8)


def idx(array: np.ndarray) -> bytes:
    header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return header + array.astype(np.uint8).tobytes()


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    arrays = [TRAIN_IMAGES, np.array([1, 0]), TEST_IMAGES, np.array([1])]
    paths = [tmp_path / f"{index}.gz" for index in range(4)]
    for path, array in zip(paths, arrays, strict=True):
        path.write_bytes(gzip.compress(idx(array)))
    return paths


def test_images_and_labels(make_source, files):
    splits = layouts["idx"](make_source(), files)
    assert splits.train_images.tolist() == [[[[0, 1], [2, 3]]], [[[4, 5], [6, 7]]]]
    assert splits.train_labels.tolist() == [1, 0]
    assert splits.test_images.tolist() == [[[[250, 251], [252, 253]]]]
    assert splits.test_labels.tolist() == [1]
    assert splits.train_images.dtype == np.uint8
    assert splits.train_labels.dtype == np.int64


def test_wrong_magic_number_is_named(make_source, files, failure):
    files[0].write_bytes(gzip.compress(b"\0\0\x0d\3" + idx(TRAIN_IMAGES)[4:]))
    message = failure(make_source(), *files)
    assert f"{files[0]} must be an IDX file" in message
    assert "starts with 00000803, but starts with 00000d03" in message


def test_labels_in_the_place_of_images_are_named(make_source, files, failure):
    files[0], files[1] = files[1], files[0]
    assert "starts with 00000803, but starts with 00000801" in failure(make_source(), *files)


def test_empty_file_is_named(make_source, files, failure):
    files[2].write_bytes(b"")
    assert "but starts with nothing" in failure(make_source(), *files)


def test_wrong_shape_is_named(make_source, files, failure):
    message = failure(make_source(pixels=3), *files)
    assert f"{files[0]} holds an array of 2 x 2 x 2, 2 x 3 x 3 is expected" in message


def test_wrong_count_is_named(make_source, files, failure):
    message = failure(make_source(train_images=5), *files)
    assert "holds an array of 2 x 2 x 2, 5 x 2 x 2 is expected" in message


def test_header_cut_short_is_named(make_source, files, failure):
    files[0].write_bytes(idx(TRAIN_IMAGES)[:9])
    assert f"{files[0]} holds an array of" in failure(make_source(), *files)


@pytest.mark.parametrize(("content", "found"), [(idx(TRAIN_IMAGES)[:-1], "7"),
                                                (idx(TRAIN_IMAGES) + b"x", "more")])  # fmt: skip
def test_wrong_length_is_named(make_source, files, content, found, failure):
    files[0].write_bytes(content)
    assert f"holds {found} bytes of data, 8 are expected" in failure(make_source(), *files)


def test_label_out_of_range_is_named(make_source, files, failure):
    files[1].write_bytes(idx(np.array([0, 2])))
    assert f"{files[1]} has label 2 for image 1" in failure(make_source(), *files)


def test_gzip_cut_short_is_named(make_source, files, failure):
    files[3].write_bytes(files[3].read_bytes()[:-4])
    assert f"{files[3]} is damaged or cut short" in failure(make_source(), *files)


def test_four_files_are_needed(make_source, files, failure):
    assert "found 3 files" in failure(make_source(), *files[:3])


def test_one_channel_is_needed(make_source, files, failure):
    message = failure(make_source(channels=3), *files)
    assert "datasets.tiny.channels must be 1" in message


def test_real_mnist(shared_datasets):
    labels = read_idx(shared_datasets / "mnist" / "t10k-labels-idx1-ubyte.gz", (10_000,))
    images = read_idx(shared_datasets / "mnist" / "t10k-images-idx3-ubyte.gz", (10_000, 28, 28))
    assert labels[:5].tolist() == [7, 2, 1, 0, 4]
    assert images.mean() / 255 == pytest.approx(0.1325, abs=1e-4)
