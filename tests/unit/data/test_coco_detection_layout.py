"""Archives in the form of COCO 2017."""

import json
import re
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from task_archives import encoded, instances, zipped

from reprise.data.layouts import layouts
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.data.splits import image_blocks

CATEGORIES = {1: "cat", 4: "dog"}
IMAGES = [(9, "009.jpg", (20, 10)), (5, "005.jpg", (10, 40)), (7, "007.jpg", (8, 8))]
OBJECTS = [
    (9, 4, (5, 2, 10, 5), False),
    (5, 1, (0, 0, 10, 40), False),
    (9, 1, (15, 8, 9, 9), False),
    (9, 4, (0, 0, 20, 5), True),
    (9, 4, (3, 3, 0, 2), False),
]
TESTED = [(3, "003.jpg", (4, 4))]
TEST_OBJECTS = [(3, 1, (1, 1, 2, 2), False)]


def pictures(images, folder: str, order: list[int] | None = None) -> dict[str, bytes]:
    chosen = [images[place] for place in order or range(len(images))]
    return {
        f"{folder}/{name}": encoded(Image.new("RGB", size, (10 * number, 0, 0)))
        for number, name, size in chosen
    }


@pytest.fixture
def archives(tmp_path: Path) -> Callable[..., list[Path]]:
    """The three archives; train is the JSON of training, and pictures what lies beside it."""

    def make(
        train: bytes | None = None, photographs: dict[str, bytes] | None = None, **further: bytes
    ) -> list[Path]:
        annotations = {
            "annotations/captions_train2017.json": b"no boxes",
            "annotations/instances_train2017.json": train or instances(IMAGES, OBJECTS, CATEGORIES),
            "annotations/instances_val2017.json": instances(TESTED, TEST_OBJECTS, CATEGORIES),
        }
        return [
            zipped(annotations | further, tmp_path / "annotations.zip"),
            zipped(photographs or pictures(IMAGES, "train2017", [2, 0, 1]), tmp_path / "train.zip"),
            zipped(pictures(TESTED, "val2017"), tmp_path / "val.zip"),
        ]

    return make


@pytest.fixture
def source(make_source: Callable[..., Source]) -> Callable[..., Source]:
    def make(files: list[Path], **changes: Any) -> Source:
        values = {
            "layout": "coco-detection",
            "task": "detection",
            "classes": ("background", "dog", "cat"),
            "channels": 3,
            "mean": (0.5,) * 3,
            "std": (0.25,) * 3,
            "pixels": 8,
            "train_images": 3,
        }
        return make_source(files, **{**values, **changes})

    return make


def test_archives_become_a_prepared_file(archives, source, tmp_path, capsys):
    files = archives()
    destination = tmp_path / "prepared" / "coco.safetensors"
    prepare(source(files), files, destination)
    data = open_prepared(destination)
    assert data.train_images.shape == (3, 3, 8, 8)
    # In the order of the archive.
    assert data.train_images[:, 0, 0, 0].tolist() == [70, 90, 50]
    # The image with most objects has three; that of dogs comes first in the data set.
    expected = np.zeros((3, 3, 5), np.float32)
    expected[1] = [
        [1, 0.25, 0.2, 0.75, 0.7],
        # Cut off at the border.
        [2, 0.75, 0.8, 1, 1],
        # A crowd.
        [-1, 0, 0, 1, 0.5],
    ]
    expected[2, 0] = [2, 0, 0, 1, 1]
    assert np.array_equal(data.train_labels, expected)
    assert data.test_labels.tolist() == [[[2, 0.25, 0.25, 0.75, 0.75]]]
    said = "instances_train2017.json in .*: 3 boxes of objects and 1 of crowds; 1 without area are"
    assert re.search(said, capsys.readouterr().out)


def test_boxes_stay_where_they_are_on_images_of_another_side(archives, source, tmp_path):
    files = archives()
    destination = tmp_path / "prepared" / "coco.safetensors"
    prepare(source(files), files, destination, pixels=4)
    data = open_prepared(destination)
    assert data.train_images.shape == (3, 3, 4, 4)
    assert data.test_labels.tolist() == [[[2, 0.25, 0.25, 0.75, 0.75]]]


def test_images_without_objects(archives, source):
    files = archives(instances(IMAGES, [], CATEGORIES))
    splits = layouts["coco-detection"](source(files), files)
    assert np.array_equal(splits.train_labels, np.zeros((3, 1, 5), np.float32))
    assert sum(map(len, image_blocks(splits.train_images))) == 3


def changed(place: int, **values: Any) -> bytes:
    """The JSON of training with another annotation at a place."""
    keys = ("image", "category", "box", "crowd")
    annotation = {**dict(zip(keys, OBJECTS[place], strict=True)), **values}
    own = [*OBJECTS]
    own[place] = tuple(annotation[key] for key in keys)
    return instances(IMAGES, own, CATEGORIES)


@pytest.mark.parametrize(
    ("train", "sentence"),
    [
        (changed(1, category=3), "annotation 101, is of category 3, which is none of the 2 categ"),
        (changed(1, image=4), "annotation 101, is of image 4, which is not there"),
        (changed(1, box=(10, 0, 5, 5)), r"box \[10, 0, 5, 5\], which lies outside its image of 10"),
        (changed(1, box=(-9, 0, 5, 5)), "lies outside its image of 10 x 40 pixels"),
        (changed(1, box=(1, 0, -5, 5)), r"annotation 101, has the box \[1, 0, -5, 5\], which is n"),
        (changed(1, box=(1, float("nan"), 5, 5)), "which is none"),
        (changed(1, box=(1, 2, 5)), "must be JSON with images, annotations and categories"),
        (instances(IMAGES, OBJECTS, {1: "cat", 4: "horse"}), "holds horse, which is no class"),
        (instances(IMAGES[:2], OBJECTS, CATEGORIES), "holds 2 images, 3 are expected"),
        (b"{}", "must be JSON with images, annotations and categories"),
        (b"[", "must be JSON with images, annotations and categories"),
        (b"\xff\xfe", "must be JSON with images, annotations and categories"),
    ],
)
def test_annotations_that_are_not_as_expected(archives, source, failure, train, sentence):
    files = archives(train)
    message = failure(source(files), *files)
    assert re.search(sentence, message)
    assert "instances_train" in message


def test_images_that_are_not_as_expected(archives, source, failure):
    files = archives(photographs=pictures(IMAGES, "train2017", [0, 2]))
    assert "and lacks 005.jpg and 0 others" in failure(source(files), *files)
    others = [(9, "009.jpg", (20, 11)), *IMAGES[1:]]
    files = archives(photographs=pictures(others, "train2017"))
    expected = "009.jpg in .* is 20 x 11 pixels, and its annotation is for 20 x 10"
    assert re.search(expected, failure(source(files), *files))
    files = archives(photographs=pictures(IMAGES, "train2017") | {"train2017/009.jpg": b"x"})
    assert "009.jpg" in failure(source(files), *files)


def test_archives_that_are_lacking_or_cut_short(archives, source, failure, tmp_path):
    files = archives()
    assert "one of training images and one of test images, found 2" in failure(
        source(files[:2]), *files[:2]
    )
    zipped({"annotations/instances_val2017.json": b"{}"}, files[0])
    assert "must be JSON" in failure(source(files), *files)
    empty = instances(TESTED, TEST_OBJECTS, CATEGORIES)
    zipped({"annotations/instances_val2017.json": empty}, files[0])
    assert "must hold instances_train<year>.json and does not" in failure(source(files), *files)
    files = archives()
    content = files[1].read_bytes()
    files[1].write_bytes(content[: len(content) // 2])
    assert "must be a tar or zip archive" in failure(source(files), *files)


def test_outlines_are_not_kept_in_memory(archives, source):
    """They are most of the file, and take several times its size once they are numbers."""
    content = json.loads(instances(IMAGES, OBJECTS * 20, CATEGORIES))
    for annotation in content["annotations"]:
        annotation["segmentation"] = [[x / 7 for x in range(2000)]]
    train = json.dumps(content).encode()
    files = archives(train)
    tracemalloc.start()
    layouts["coco-detection"](source(files), files)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    # The file's bytes and its text, and little more.
    assert peak < 2.5 * len(train)
