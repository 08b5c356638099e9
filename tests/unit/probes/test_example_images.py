"""Example images are those that were prepared."""

import base64
import dataclasses
import io

import numpy as np
import pytest
from PIL import Image

from reprise.errors import InputError
from reprise.probes.example_images import example_images


def decoded(text):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(text))))


@pytest.fixture
def examples(sweep_cell, resident, stripes):
    def run(prepared=stripes, **arguments):
        cell = sweep_cell()
        return example_images(cell, resident(cell), prepared, **arguments)

    return run


def test_one_image_a_class_in_the_order_of_the_classes(examples, stripes):
    points = examples(images=4).points
    assert points["image"].tolist() == [1, 2, 3, 4]
    assert points["class"].tolist() == ["first", "second", "third", "fourth"]
    for label, text in enumerate(points["png"]):
        row = np.flatnonzero(stripes.train_labels == label)[0]
        assert (decoded(text) == stripes.train_images[row, 0]).all()


def test_more_images_than_classes_go_round_again(examples, stripes):
    points = examples(images=6).points
    assert points["class"].tolist() == ["first", "second", "third", "fourth", "first", "second"]
    second = np.flatnonzero(stripes.train_labels == 0)[1]
    assert (decoded(points["png"][4]) == stripes.train_images[second, 0]).all()


def test_fewer_images_than_classes_are_of_the_first_classes(examples):
    assert examples(images=2).points["class"].tolist() == ["first", "second"]


def test_no_more_images_than_there_are(examples):
    assert examples(images=1000).metrics == {"images": 100}


def test_colours_are_kept(examples, stripes):
    channels = [stripes.train_images, 255 - stripes.train_images, stripes.train_images // 2]
    coloured = dataclasses.replace(stripes, train_images=np.concatenate(channels, axis=1))
    picture = decoded(examples(coloured, images=1).points["png"][0])
    row = np.flatnonzero(stripes.train_labels == 0)[0]
    assert (picture == np.moveaxis(coloured.train_images[row], 0, -1)).all()


def test_no_image_is_refused(examples):
    with pytest.raises(InputError, match="expects 1 image or more, found 0"):
        examples(images=0)
