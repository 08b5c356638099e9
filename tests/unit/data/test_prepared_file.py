import hashlib
import json
import os
import subprocess
import sys
from dataclasses import fields, replace
from pathlib import Path

import numpy as np
import pytest
from prepared_files import check_prepared
from safetensors import safe_open
from safetensors.numpy import load_file, save_file

from reprise.data.prepared import open_prepared, write_prepared
from reprise.data.splits import Splits
from reprise.errors import InputError


@pytest.fixture
def splits() -> Splits:
    return Splits(
        train_images=np.arange(8, dtype=np.uint8).reshape(2, 1, 2, 2),
        train_labels=np.array([1, 0]),
        test_images=np.full((1, 1, 2, 2), 255, np.uint8),
        test_labels=np.array([1]),
    )


@pytest.fixture
def path(tmp_path: Path, make_source, splits) -> Path:
    path = tmp_path / "prepared" / "tiny.safetensors"
    write_prepared(make_source(), splits, path)
    return path


def test_what_is_written_is_read(path, splits, make_source):
    data = open_prepared(path)
    for field in fields(Splits):
        written, read = getattr(splits, field.name), getattr(data, field.name)
        assert np.array_equal(written, read)
        assert written.dtype == read.dtype
    source = make_source()
    for key in ("name", "variant", "classes", "mean", "std", "checksums", "pixels"):
        assert getattr(data, key) == getattr(source, key)
    assert data.path == path


@pytest.mark.parametrize("pixels", [0, 3])
def test_a_centre_that_no_image_has_is_refused(path, pixels):
    with safe_open(path, framework="numpy") as file:
        ((key, text),) = file.metadata().items()
    description = json.loads(text) | {"seen_pixels": pixels}
    save_file(load_file(path), path, metadata={key: json.dumps(description)})
    with pytest.raises(InputError, match=f"a centre of {pixels} in images of 2 pixels"):
        open_prepared(path)


def test_arrays_are_read_only(path):
    with pytest.raises(ValueError, match="read-only"):
        open_prepared(path).train_images[0] = 0


def test_equal_data_give_equal_files(path, tmp_path, make_source, splits):
    """With metadata under several keys, safetensors would write them in changing order."""
    for copy in range(10):
        other = tmp_path / f"{copy}.safetensors"
        write_prepared(make_source(), splits, other)
        assert other.read_bytes() == path.read_bytes()


def test_sha256_is_that_of_the_file(path):
    assert open_prepared(path).sha256() == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize(
    "scale",
    [{"std": (float("nan"),)}, {"std": (0.0,)}, {"mean": (float("inf"),)}, {"std": (0.1, 0.2)}],
)
def test_what_would_normalise_images_to_no_numbers_is_refused(path, make_source, splits, scale):
    write_prepared(replace(make_source(), **scale), splits, path)
    with pytest.raises(InputError, match="normalise no image"):
        open_prepared(path)


def test_arrays_of_any_memory_order_are_written(path, make_source, splits):
    write_prepared(
        make_source(), replace(splits, train_images=np.asfortranarray(splits.train_images)), path
    )
    assert np.array_equal(open_prepared(path).train_images, splits.train_images)


def test_opening_reads_no_array(tmp_path, make_source):
    """Memory in use grows by less than the file's size; then by what is looked at."""
    count, megabyte = 20_000, 2**20
    images = np.full((count, 3, 32, 32), 7, np.uint8)
    labels = np.zeros(count, np.int64)
    path = tmp_path / "big.safetensors"
    source = make_source(channels=3, mean=(0.5,) * 3, std=(0.25,) * 3)
    write_prepared(source, Splits(images, labels, images[:1], labels[:1]), path)
    script = (
        "import psutil, sys; from pathlib import Path;"
        "from reprise.data.prepared import open_prepared;"
        "used = lambda: psutil.Process().memory_info().rss;"
        "before = used(); data = open_prepared(Path(sys.argv[1])); opened = used();"
        "data.train_images.max(); print(opened - before, used() - before)"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    output = subprocess.check_output([sys.executable, "-c", script, path], env=environment)
    opened, looked_at = map(int, output.split())
    assert path.stat().st_size > 55 * megabyte
    assert opened < 10 * megabyte
    assert looked_at > 50 * megabyte


def test_failed_writing_leaves_nothing(tmp_path, make_source, splits, monkeypatch):
    def fill_the_disk(path, tensors, metadata):
        path.write_bytes(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("reprise.data.prepared.write_tensors", fill_the_disk)
    with pytest.raises(InputError, match=r"cannot be written: .*No space left on device"):
        write_prepared(make_source(), splits, tmp_path / "tiny.safetensors")
    assert list(tmp_path.iterdir()) == []


def test_missing_file_is_named(tmp_path):
    with pytest.raises(InputError, match=r"absent\.safetensors .* is missing"):
        open_prepared(tmp_path / "absent.safetensors")


@pytest.mark.parametrize("kept", [0, 4, 100, -1])
def test_file_cut_short_is_named(path, kept):
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(InputError, match="is not a whole prepared data set") as raised:
        open_prepared(path)
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("content", [b"<html>404</html>", b"\xff" * 1000])
def test_foreign_file_is_named(path, content):
    path.write_bytes(content)
    with pytest.raises(InputError, match="is not a whole prepared data set"):
        open_prepared(path)


@pytest.mark.parametrize(
    "changes",
    [
        {"train_images": np.zeros((2, 1, 2, 2), np.int64)},
        {"train_labels": np.zeros(3, np.int64)},
        {"test_images": np.zeros((1, 1, 3, 3), np.uint8)},
        {"train_images": np.zeros(2, np.uint8)},
    ],
    ids=["type", "count", "size", "dimensions"],
)
def test_foreign_arrays_are_named(path, splits, make_source, changes):
    write_prepared(make_source(), replace(splits, **changes), path)
    with pytest.raises(InputError, match="is not a whole prepared data set"):
        open_prepared(path)


def test_other_safetensors_file_is_named(path):
    save_file({"weights": np.zeros(2)}, path)
    with pytest.raises(InputError, match="is not a whole prepared data set"):
        open_prepared(path)


def test_array_that_is_missing_is_named(path):
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata()
    arrays = load_file(path)
    del arrays["test_labels"]
    save_file(arrays, path, metadata=metadata)
    with pytest.raises(InputError, match=r"is not a whole prepared data set .*test_labels"):
        open_prepared(path)


def test_file_of_the_same_source_passes(path, make_source):
    check_prepared(path, make_source())
