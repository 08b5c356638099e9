"""Archives in the form of PASCAL VOC 2012 and of the Semantic Boundaries Dataset."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from task_archives import encoded, mat, palette_png

from reprise.data.layouts import layouts
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.data.sources import Source
from reprise.data.splits import image_blocks

ROOT = "VOCdevkit/VOC2012"
WITHOUT = 255
SIZES = {"a": (6, 4), "b": (3, 6), "c": (5, 5), "d": (6, 3), "e": (4, 4)}
COLOR = {"channels": 3, "mean": (0.2, 0.4, 0.6), "std": (0.25,) * 3}


def image_of(name: str, size: tuple[int, int] | None = None) -> bytes:
    color = (10 * "abcde".index(name), 50, 200)
    return encoded(Image.new("RGB", size or SIZES[name], color))


def mask_of(name: str, label: int = 1) -> np.ndarray:
    """All of one class, but for a border at the left that has none."""
    width, height = SIZES[name]
    mask = np.full((height, width), label, np.uint8)
    mask[:, 0] = WITHOUT
    return mask


@pytest.fixture
def voc() -> dict[str, bytes]:
    """Five images, of which VOC has masks of a, b and c, and the lists name a for training and c
    for testing."""
    lists = {"train": "a\n", "val": "c\n", "trainval": "a\nc\n"}
    contents = {
        f"{ROOT}/ImageSets/Segmentation/{name}.txt": text.encode() for name, text in lists.items()
    }
    contents |= {f"{ROOT}/JPEGImages/{name}.jpg": image_of(name) for name in "dcbae"}
    contents |= {
        f"{ROOT}/SegmentationClass/{name}.png": palette_png(mask_of(name)) for name in "abc"
    }
    return contents | {f"{ROOT}/SegmentationObject/a.png": b"no mask of classes"}


@pytest.fixture
def sbd() -> dict[str, bytes]:
    """Masks of a, c and d, all of class 2."""
    masks = {f"x/dataset/cls/{name}.mat": mat(mask_of(name, 2)) for name in "acd"}
    return masks | {"x/dataset/train.txt": b"a\nd\n", "x/dataset/val.txt": b"c\n"}


@pytest.fixture
def archives(make_tar: Callable[..., Path]) -> Callable[..., list[Path]]:
    def make(*contents: Mapping[str, bytes]) -> list[Path]:
        return [make_tar(one, f"{number}.tar") for number, one in enumerate(contents)]

    return make


@pytest.fixture
def source(make_source: Callable[..., Source]) -> Callable[..., Source]:
    def make(files: list[Path], **changes: Any) -> Source:
        values = {
            "layout": "voc-segmentation",
            "task": "segmentation",
            "classes": ("background", "cat", "dog"),
            "pixels": 6,
            "test_images": 1,
            **COLOR,
        }
        return make_source(files, **{**values, **changes})

    return make


def test_masks_of_both_archives_become_a_prepared_file(voc, sbd, archives, source, tmp_path):
    files = archives(voc, sbd)
    destination = tmp_path / "prepared" / "voc.safetensors"
    prepare(source(files), files, destination)
    data = open_prepared(destination)
    assert data.train_images.shape == (2, 3, 6, 6)
    assert data.train_labels.shape == (2, 6, 6)
    # In the order of the archive: d, whose mask is SBD's, and a, whose mask is VOC's.
    assert data.train_images[:, 0, 0, 0].tolist() == [30, 0]
    for found, name, label in (
        (data.train_labels[0], "d", 2),
        (data.train_labels[1], "a", 1),
        (data.test_labels[0], "c", 1),
    ):
        width, height = SIZES[name]
        assert np.array_equal(found[:height, :width], mask_of(name, label))
        assert (found[height:] == WITHOUT).all() and (found[:, width:] == WITHOUT).all()


def test_what_lies_around_an_image_has_the_mean_color(voc, sbd, archives, source):
    files = archives(voc, sbd)
    splits = layouts["voc-segmentation"](source(files), files)
    (image,) = np.concatenate(list(image_blocks(splits.test_images)))
    assert image[:, :5, :5].reshape(3, -1).T.tolist() == [[20, 50, 200]] * 25
    assert image[:, 5].T.tolist() == [[51, 102, 153]] * 6


def test_without_the_further_masks_vocs_own_list_is_trained_on(voc, archives, source):
    files = archives(voc)
    splits = layouts["voc-segmentation"](source(files, train_images=1), files)
    (mask,) = np.concatenate(list(image_blocks(splits.train_labels)))
    assert np.array_equal(mask[:4], mask_of("a"))


def test_larger_images_are_scaled_to_fit_and_masks_stay_classes(voc, sbd, archives, source):
    files = archives(voc, sbd)
    small = source(files, pixels=3)
    splits = layouts["voc-segmentation"](small, files)
    masks = np.concatenate(list(image_blocks(splits.train_labels)))
    assert masks.shape == (2, 3, 3)
    # Image d is twice as wide as high.
    assert (masks[0, 2] == WITHOUT).all() and not (masks[0, :2, 1:] == WITHOUT).any()
    assert set(np.unique(masks)) == {1, 2, WITHOUT}


def test_another_side_scales_images_and_masks_alike(voc, sbd, archives, source, tmp_path):
    files = archives(voc, sbd)
    destination = tmp_path / "prepared" / "voc.safetensors"
    prepare(source(files), files, destination, pixels=12)
    data = open_prepared(destination)
    assert data.train_images.shape == (2, 3, 12, 12)
    assert np.array_equal(data.train_labels[1, :8:2, :12:2], mask_of("a"))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({f"{ROOT}/ImageSets/Segmentation/train.txt": None}, "must hold the list .*train.txt"),
        ({f"{ROOT}/ImageSets/Segmentation/val.txt": b"c\nz\n"}, "name z, of which there is no im"),
        ({f"{ROOT}/ImageSets/Segmentation/val.txt": b"c\ne\n"}, "name e, of which there is no ma"),
        ({f"{ROOT}/ImageSets/Segmentation/val.txt": b"c\nb\n"}, "holds 2 images, 1 are expected"),
        ({f"{ROOT}/ImageSets/Segmentation/val.txt": b"\xff"}, "a list of images that is no text"),
        (
            {f"{ROOT}/JPEGImages/a.jpg": image_of("a", (4, 6))},
            "JPEGImages/a.jpg in .* is 4 x 6 pixels, and its annotation is for 6 x 4",
        ),
        ({f"{ROOT}/JPEGImages/a.jpg": b"x"}, "a.jpg in .* cannot be decoded"),
        ({f"{ROOT}/SegmentationClass/a.png": b"x"}, "the mask of a in .* cannot be decoded"),
        ({f"{ROOT}/SegmentationClass/a.png": image_of("a")}, "the mask of a in .* one of colors"),
        (
            {f"{ROOT}/SegmentationClass/a.png": palette_png(mask_of("a", 3))},
            "the mask of a in .* has class 3: data set tiny has classes 0 to 2",
        ),
    ],
)
def test_archives_that_are_not_as_expected(voc, sbd, archives, source, failure, changes, sentence):
    contents = {name: content for name, content in {**voc, **changes}.items() if content}
    files = archives(contents, sbd)
    assert re.search(sentence, failure(source(files), *files))


def test_masks_of_the_second_archive_that_are_damaged(voc, sbd, archives, source, failure):
    content = sbd["x/dataset/cls/d.mat"]
    files = archives(voc, sbd | {"x/dataset/cls/d.mat": content[: len(content) // 2]})
    assert f"{files[1]} is damaged or cut short" in failure(source(files), *files)
    files = archives(voc, sbd | {"x/dataset/cls/d.mat": mat(mask_of("a", 2))})
    sentence = "d.jpg in .* is 6 x 3 pixels, and its annotation is for 6 x 4"
    assert re.search(sentence, failure(source(files), *files))


def test_lists_of_the_second_archive_are_needed(voc, sbd, archives, source, failure):
    files = archives(voc, {name: sbd[name] for name in sbd if not name.endswith("val.txt")})
    assert "must hold the lists dataset/train.txt and dataset/val.txt" in failure(
        source(files), *files
    )


def test_archive_that_is_cut_short(voc, sbd, archives, source, failure):
    files = archives(voc, sbd)
    content = files[0].read_bytes()
    files[0].write_bytes(content[: len(content) // 2 + 100])
    assert "is damaged or cut short" in failure(source(files), *files)


def test_no_files_and_grey_images(voc, archives, source, failure, tmp_path):
    assert "needs the archive of VOC 2012, and after it" in failure(source([]))
    files = archives(voc)
    grey = source(files, channels=1, mean=(0.5,), std=(0.5,), train_images=1)
    splits = layouts["voc-segmentation"](grey, files)
    assert next(image_blocks(splits.train_images)).shape == (1, 1, 6, 6)
