"""Preparing a large data set needs little more memory than its decoded images, or less."""

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.io import savemat
from task_archives import instances, packed, palette_png, zipped

from reprise.planning.data_files import preparation_megabytes, preparation_minutes

SCRIPT = """
import resource, sys
from pathlib import Path
from reprise.data.preparation import prepare
from reprise.data.sources import Source, SourceFile
import numpy, scipy.io, sklearn.model_selection, PIL.Image, PIL.PngImagePlugin
from reprise.data.integrity import sha256_of
unit = 1 if sys.platform == "darwin" else 1024  # macOS counts bytes, Linux and BSD kilobytes
peak = lambda: resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit
layout, destination, *paths = sys.argv[1:]
folder = paths.pop() if layout == "image-folder" else None
files = [Path(path) for path in paths]
sources = tuple(SourceFile(file.name, (str(file),), sha256_of(file), file.name) for file in files)
source = Source(
    "big", "Big", "official", layout, sources, ("a", "b"), 3, 256, 300, 20,
    (0.5,) * 3, (0.25,) * 3, "", folder,
)
before = peak()
prepare(source, files, Path(destination))
# The last line: a layout may say what it has counted.
print(peak() - before)
"""
DECODED = 320 * 3 * 256**2


@pytest.fixture
def grown_memory(tmp_path):
    """Bytes by which preparing 300 training and 20 test images of 256 pixels lets the memory of a
    new process grow."""

    def measure(layout: str, *paths: Path) -> int:
        destination = tmp_path / "big.safetensors"
        environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", SCRIPT, layout, destination, *paths]
        *_, grown = subprocess.check_output(command, env=environment).split()
        assert destination.stat().st_size > DECODED
        return int(grown)

    return measure


def test_there_is_one_copy_of_the_decoded_images(grown_memory, make_tar, png):
    picture = png(1, 2, 3, size=(256, 256))
    archive = make_tar({f"{number}.png": picture for number in range(1, 321)}, "big.tar")
    assert grown_memory("numbered-images", archive) < 1.5 * DECODED


def test_matlab_files_are_in_memory_one_after_the_other(grown_memory, tmp_path):
    paths = []
    for count in (80, 220, 20):
        images = np.zeros((256, 256, 3, count), np.uint8)
        labels = np.arange(count)[:, np.newaxis] % 2 + 1
        paths.append(tmp_path / f"{count}.mat")
        savemat(paths[-1], {"X": images, "y": labels}, do_compression=True)
    assert grown_memory("svhn", *paths) < 1.3 * DECODED


def test_images_of_a_folder_are_in_memory_one_after_the_other(grown_memory, tmp_path, png):
    picture = png(1, 2, 3, size=(256, 256))
    for split, count in (("train", 150), ("val", 10)):
        for name in ("a", "b"):
            folder = tmp_path / "tree" / split / name
            folder.mkdir(parents=True)
            for number in range(count):
                (folder / f"{number}.png").write_bytes(picture)
    assert grown_memory("image-folder", tmp_path / "tree") < 0.3 * DECODED


def test_photographs_with_boxes_are_in_memory_one_after_the_other(grown_memory, tmp_path, png):
    picture = png(1, 2, 3, size=(256, 256))
    annotations, archives = {}, []
    for split, count in (("train", 300), ("val", 20)):
        images = [(number, f"{number}.png", (256, 256)) for number in range(count)]
        boxes = [(number, 1, (1, 2, 30, 40), False) for number in range(count)]
        annotations[f"instances_{split}.json"] = instances(images, boxes, {1: "b"})
        contents = {f"{split}/{number}.png": picture for number in range(count)}
        archives.append(zipped(contents, tmp_path / f"{split}.zip"))
    files = [zipped(annotations, tmp_path / "annotations.zip"), *archives]
    assert grown_memory("coco-detection", *files) < 0.3 * DECODED


def test_photographs_with_masks_are_in_memory_one_after_the_other(grown_memory, tmp_path, png):
    picture, mask = png(1, 2, 3, size=(256, 256)), palette_png(np.zeros((256, 256), np.uint8))
    names = [f"n{number}" for number in range(320)]
    contents = {f"JPEGImages/{name}.jpg": picture for name in names}
    contents |= {f"SegmentationClass/{name}.png": mask for name in names}
    lists = {"train": names[:300], "val": names[300:]}
    contents |= {
        f"ImageSets/Segmentation/{split}.txt": "\n".join(own).encode()
        for split, own in lists.items()
    }
    archive = packed(contents, tmp_path / "voc.tar")
    assert grown_memory("voc-segmentation", archive) < 0.3 * DECODED


def test_memory_that_is_asked_for_grows_with_the_data(make_source):
    source = make_source(channels=3, pixels=100, train_images=9_000, test_images=1_000)
    megabytes = preparation_megabytes(source, source)
    assert megabytes == 500 + 2 * 300
    assert preparation_megabytes(source.resized(10), source) == megabytes, "decoded before resizing"
    assert preparation_megabytes(source.resized(200), source) == 500 + 2 * 1200


def test_streamed_images_ask_for_names_alone(make_source):
    source = make_source(layout="image-folder", train_images=900_000, test_images=100_000)
    assert preparation_megabytes(source, source) == 500 + 300
    large = replace(source, pixels=500)
    assert preparation_megabytes(large, large) == 500 + 300


def test_time_that_is_asked_for_grows_with_the_images(make_source):
    assert preparation_minutes(make_source()) == 31
    assert preparation_minutes(make_source(train_images=899_999)) == 30 + 300
