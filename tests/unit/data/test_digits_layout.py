import hashlib

import numpy as np
import pytest
from sklearn.datasets import load_digits

from reprise.data.layouts import layouts
from reprise.errors import InputError


@pytest.fixture
def digits_source(make_source):
    def make(**changes):
        values = {
            "name": "digits",
            "layout": "digits",
            "classes": tuple("0123456789"),
            "pixels": 8,
            "train_images": 1000,
            "test_images": 797,
        } | changes
        return make_source(**values)

    return make


def test_every_image_is_used_once_with_its_label(digits_source):
    splits = layouts["digits"](digits_source(), [])
    images = np.concatenate([splits.train_images, splits.test_images])
    labels = np.concatenate([splits.train_labels, splits.test_labels])
    digits = load_digits()
    expected = np.rint(digits.images * 255 / 16).astype(int)
    found = sorted((label, *image.ravel()) for image, label in zip(images, labels, strict=True))
    assert found == sorted(
        (label, *image.ravel()) for image, label in zip(expected, digits.target, strict=True)
    )


def test_shapes_and_range(digits_source):
    splits = layouts["digits"](digits_source(), [])
    assert splits.train_images.shape == (1000, 1, 8, 8)
    assert splits.test_images.shape == (797, 1, 8, 8)
    assert splits.train_images.dtype == np.uint8
    assert splits.train_labels.dtype == np.int64
    assert (splits.train_images.min(), splits.train_images.max()) == (0, 255)


def test_split_is_stratified(digits_source):
    splits = layouts["digits"](digits_source(), [])
    whole = np.bincount(load_digits().target)
    assert np.abs(np.bincount(splits.train_labels) - whole * 1000 / 1797).max() < 1


def test_split_is_the_same_everywhere(digits_source):
    """Results name the data by its checksum, so that a library must not change the split."""
    splits = layouts["digits"](digits_source(), [])
    digest = hashlib.sha256(splits.train_images.tobytes() + splits.train_labels.tobytes())
    assert digest.hexdigest()[:16] == "1780821a63a20255"


def test_other_counts_are_refused(digits_source):
    with pytest.raises(InputError, match="load_digits holds 1797 images, 1800 are expected"):
        layouts["digits"](digits_source(test_images=800), [])


def test_other_sizes_are_refused(digits_source):
    with pytest.raises(InputError, match=r"1 channel and 8 pixels .* found 1 and 16"):
        layouts["digits"](digits_source(pixels=16), [])
