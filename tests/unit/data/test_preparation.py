import gzip
import hashlib
import struct
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.errors import InputError


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    """The tiny data set in IDX files: half black and half white images."""
    arrays = [
        np.array([[[0, 255], [0, 255]], [[255, 255], [0, 0]]]),
        np.array([1, 0]),
        np.array([[[0, 0], [255, 255]]]),
        np.array([1]),
    ]
    paths = []
    for index, array in enumerate(arrays):
        header = struct.pack(f">4B{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
        paths.append(tmp_path / f"{index}.gz")
        paths[-1].write_bytes(gzip.compress(header + array.astype(np.uint8).tobytes()))
    return paths


@pytest.fixture
def destination(tmp_path: Path) -> Path:
    return tmp_path / "prepared" / "tiny.safetensors"


def test_files_become_a_prepared_file(make_source, files, destination):
    prepare(make_source(files), files, destination)
    data = open_prepared(destination)
    assert data.train_images.tolist() == [[[[0, 255], [0, 255]]], [[[255, 255], [0, 0]]]]
    assert data.train_labels.tolist() == [1, 0]
    assert data.test_labels.tolist() == [1]
    assert data.checksums == tuple(hashlib.sha256(f.read_bytes()).hexdigest() for f in files)
    assert list(destination.parent.iterdir()) == [destination]


def test_images_are_resized_bilinearly(make_source, files, destination):
    prepare(make_source(files), files, destination, pixels=4)
    data = open_prepared(destination)
    assert data.variant == "official-4px"
    assert data.train_images.shape == (2, 1, 4, 4)
    assert data.test_images.shape == (1, 1, 4, 4)
    assert data.train_images[0, 0].tolist() == [[0, 64, 191, 255]] * 4
    assert data.train_images[1, 0, :, 0].tolist() == [255, 191, 64, 0]


def test_color_images_are_resized_plane_by_plane(make_source, make_tar, destination, tmp_path):
    values = np.random.default_rng(0).integers(0, 256, (4, 4, 3), np.uint8)
    Image.fromarray(values).save(tmp_path / "image.png")
    names = ("train/cat/0.png", "train/dog/0.png", "test/cat/0.png", "test/dog/0.png")
    archive = make_tar(dict.fromkeys(names, (tmp_path / "image.png").read_bytes()))
    color = {"channels": 3, "mean": (0.5,) * 3, "std": (0.25,) * 3, "pixels": 4, "test_images": 2}
    prepare(make_source([archive], layout="image-tree", **color), [archive], destination, pixels=2)
    expected = np.asarray(Image.fromarray(values).resize((2, 2), Image.Resampling.BILINEAR))
    found = open_prepared(destination).train_images[0]
    assert found.transpose(1, 2, 0).tolist() == expected.tolist()


def test_first_classes_are_kept_in_the_order_of_the_files(
    make_source, make_tar, destination, tmp_path
):
    shades = {}
    for split in ("train", "test"):
        for name in "abc":
            shades |= {f"{split}/{name}/{i}.png": len(shades) + i for i in (0, 1)}
    pictures = {}
    for name, shade in shades.items():
        Image.new("L", (2, 2), shade).save(tmp_path / "image.png")
        pictures[name] = (tmp_path / "image.png").read_bytes()
    archive = make_tar(pictures)
    own = {"layout": "image-tree", "classes": ("a", "b", "c"), "train_images": 6, "test_images": 6}
    prepare(make_source([archive], **own), [archive], destination, pixels=4, first_classes=2)
    data = open_prepared(destination)
    assert (data.variant, data.classes) == ("official-2classes-4px", ("a", "b"))
    for split, shades_kept in (("train", [0, 1, 2, 3]), ("test", [6, 7, 8, 9])):
        images, labels = (getattr(data, f"{split}_{part}") for part in ("images", "labels"))
        assert images.shape == (4, 1, 4, 4)
        kept = dict(zip(images[:, 0, 0, 0].tolist(), labels.tolist(), strict=True))
        assert kept == dict(zip(shades_kept, [0, 0, 1, 1], strict=True))


def test_a_class_with_other_numbers_of_images_is_refused(make_source, files, destination):
    # Two images of the second class, none of the first.
    files[1].write_bytes(gzip.compress(struct.pack(">4BI", 0, 0, 8, 1, 2) + bytes([1, 1])))
    source = make_source(files, test_images=1)
    with pytest.raises(InputError, match=r"data\.classes: expected images with named classes"):
        prepare(source, files, destination, first_classes=1)
    files[2], files[3] = files[0], files[1]
    source = make_source(files, test_images=2)
    message = "expected 1 images of the first 1 classes in split train of tiny, found 0: leave it"
    with pytest.raises(InputError, match=message):
        prepare(source, files, destination, first_classes=1)
    assert list(destination.parent.glob("*")) == []


def test_own_size_changes_nothing(make_source, files, destination):
    prepare(make_source(files), files, destination)
    content = destination.read_bytes()
    prepare(make_source(files), files, destination, pixels=2)
    assert destination.read_bytes() == content


def test_changed_file_names_both_checksums(make_source, files, destination, failure_to_prepare):
    source = make_source(files)
    files[2].write_bytes(b"other")
    message = failure_to_prepare(source, files, destination)
    assert f"{files[2]} has SHA-256 {hashlib.sha256(b'other').hexdigest()}" in message
    assert f"where files[2] expects {source.files[2].sha256}" in message


def test_missing_file_is_named(make_source, files, destination, failure_to_prepare):
    source = make_source(files)
    files[1].unlink()
    assert f"{files[1]} is expected for files[1]" in failure_to_prepare(source, files, destination)


def test_missing_path_is_named(make_source, files, destination, failure_to_prepare):
    message = failure_to_prepare(make_source(files), files[:3], destination)
    assert "data set tiny has 4 files, 3 were given" in message


def test_undecodable_files_leave_nothing(make_source, files, destination, failure_to_prepare):
    message = failure_to_prepare(make_source(files, train_images=3), files, destination)
    assert "2 x 2 x 2, 3 x 2 x 2 is expected" in message


def test_older_prepared_file_survives_a_failure(make_source, files, destination):
    prepare(make_source(files), files, destination)
    content = destination.read_bytes()
    with pytest.raises(InputError):
        prepare(make_source(files, pixels=3), files, destination)
    assert destination.read_bytes() == content


def test_unknown_layout_is_named(make_source, files, destination, failure_to_prepare):
    source = replace(make_source(files), layout="idy")
    assert "unknown layout 'idy'; did you mean 'idx'?" in failure_to_prepare(
        source, files, destination
    )
