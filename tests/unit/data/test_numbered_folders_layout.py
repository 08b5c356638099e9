import io
from collections import Counter

import numpy as np
import pytest
from PIL import Image

from reprise.data.layouts import layouts
from reprise.data.stratification import equal_split

# Images of the classes cat and dog, which have more or fewer.
COUNTS = {"001.cat": 7, "002.dog": 10}


@pytest.fixture
def categories(make_source):
    """Four training images and two test images of each of two classes."""

    def make(files=None, **changes):
        counts = {"train_images": 8, "test_images": 4, "layout": "numbered-folders"}
        return make_source(files, **(counts | changes))

    return make


@pytest.fixture
def contents(png) -> dict[str, bytes]:
    """Images as grey as ten times the number of their class and their own number say."""
    images = {
        f"256_ObjectCategories/{folder}/{folder[:3]}_{number:04}.jpg": png(
            10 * int(folder[:3]) + number
        )
        for folder, count in COUNTS.items()
        for number in range(count)
    }
    return images | {
        "256_ObjectCategories/003.clutter/003_0001.jpg": png(200),
        "256_ObjectCategories/002.dog/RENAME2": b"text",
        "256_ObjectCategories/002.dog/greg/vision309/002_0001.jpg": png(201),
        "256_ObjectCategories/001.cat/._001_0001.jpg": b"x",
    }


def grey_values(images: np.ndarray) -> np.ndarray:
    return images[:, 0, 0, 0].astype(int)


def test_split_is_balanced_and_uses_no_image_twice(categories, contents, make_tar):
    splits = layouts["numbered-folders"](categories(), [make_tar(contents)])
    train, test = grey_values(splits.train_images), grey_values(splits.test_images)
    assert Counter(train // 10) == {1: 4, 2: 4}
    assert Counter(test // 10) == {1: 2, 2: 2}
    assert len({*train, *test}) == 12
    assert np.array_equal(splits.train_labels, train // 10 - 1)
    assert np.array_equal(splits.test_labels, test // 10 - 1)


def test_split_is_the_same_everywhere(categories, contents, make_tar):
    """Neither another order in the archive nor another version of a library may change it."""
    reordered = dict(reversed(contents.items()))
    for archive in (make_tar(contents), make_tar(reordered, "reordered.tar")):
        splits = layouts["numbered-folders"](categories(), [archive])
        assert grey_values(splits.test_images).tolist() == [12, 15, 21, 25]


def test_a_class_is_drawn_alike_whatever_others_there_are():
    together = equal_split(np.array([0] * 9 + [1] * 9), 4, 2)
    alone = equal_split(np.array([1] * 9), 4, 2)
    for split, own in zip(together, alone, strict=True):
        assert np.array_equal(split[len(own) :] - 9, own)


def test_clutter_is_a_class_where_it_is_listed(categories, contents, make_tar, png):
    for number in range(6):
        contents[f"256_ObjectCategories/003.clutter/{number}.jpg"] = png(30 + number)
    source = categories(classes=("cat", "dog", "clutter"), train_images=12, test_images=6)
    splits = layouts["numbered-folders"](source, [make_tar(contents)])
    assert np.bincount(splits.train_labels).tolist() == [4, 4, 4]


@pytest.mark.parametrize("size", [(40, 10), (10, 40)])
def test_square_at_the_centre_is_kept(categories, contents, make_tar, size):
    """Pictures three times as long as wide are black but for the white square in the middle."""
    picture = Image.new("L", size)
    left, top = (size[0] - 10) // 2, (size[1] - 10) // 2
    picture.paste(255, (left, top, left + 10, top + 10))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    archive = make_tar(dict.fromkeys(contents, stream.getvalue()))
    splits = layouts["numbered-folders"](categories(pixels=5), [archive])
    assert splits.train_images.shape == (8, 1, 5, 5)
    # Pixels at the edge see a little of what is beyond it.
    assert splits.train_images[..., 1:4, 1:4].min() == 255
    assert splits.train_images.min() > 200


def test_class_with_too_few_images_is_named(categories, contents, make_tar, failure):
    del contents["256_ObjectCategories/001.cat/001_0000.jpg"]
    del contents["256_ObjectCategories/001.cat/001_0006.jpg"]
    message = failure(categories(), make_tar(contents))
    assert "holds 5 images of class cat, at least 6 are needed of each class" in message


def test_missing_class_is_named(categories, contents, make_tar, failure):
    contents = {name: content for name, content in contents.items() if "dog" not in name}
    assert "has none of dog" in failure(categories(), make_tar(contents))


def test_unknown_class_is_named(categories, contents, make_tar, png, failure):
    contents["001.cats/1.jpg"] = png(1)
    assert "holds cats, which is no class" in failure(categories(), make_tar(contents))


def test_class_with_another_number_is_named(categories, contents, make_tar, failure):
    message = failure(categories(classes=("dog", "cat")), make_tar(contents))
    assert "gives class cat the number 1, and datasets.tiny.classes lists it as number 2" in message


def test_counts_that_leave_classes_unequal_are_refused(categories, contents, make_tar, failure):
    message = failure(categories(train_images=9), make_tar(contents))
    assert "datasets.tiny: train_images and test_images must be multiples" in message


def test_archive_cut_short_is_named(categories, contents, make_tar, failure):
    archive = make_tar(contents)
    archive.write_bytes(archive.read_bytes()[:-40])
    assert "damaged" in failure(categories(), archive)


def test_two_archives_are_refused(categories, contents, make_tar, failure):
    archive = make_tar(contents)
    assert "needs one archive, found 2 files" in failure(categories(), archive, archive)
