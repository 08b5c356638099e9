"""Which default boxes find which objects, by hand."""

import math
import sys
from importlib import import_module

import pytest
import torch

from reprise.errors import InputError
from reprise.training.tasks.box_matching import boxes_at, highest_apart, matched, offsets_of

# The left half, the right half, the whole image, and a small box in the middle.
BOXES = torch.tensor(
    [[0.25, 0.5, 0.5, 1], [0.75, 0.5, 0.5, 1], [0.5, 0.5, 1, 1], [0.5, 0.5, 0.1, 0.1]]
).T
NONE = [0, 0, 0, 0, 0]


def classes_of(*objects):
    classes, _ = matched(torch.tensor([objects], dtype=torch.float32), BOXES)
    return classes[0].tolist()


def test_an_object_matches_what_overlaps_it_by_more_than_half():
    # Of the whole image, 0.6 lie in this object; of the left half, all.
    assert classes_of([3, 0, 0, 0.6, 1], NONE) == [3, 0, 3, 0]
    # Half is not enough.
    assert classes_of([3, 0, 0, 0.5, 1], NONE) == [3, 0, 0, 0]


def test_an_object_that_nothing_overlaps_enough_has_its_best_box():
    # It is a 25th of the image, and the small box is a quarter of it.
    assert classes_of([2, 0.4, 0.4, 0.6, 0.6], NONE) == [0, 0, 0, 2]


def test_a_box_of_two_objects_has_the_one_that_it_overlaps_more():
    assert classes_of([1, 0, 0, 0.55, 1], [2, 0, 0, 0.9, 1]) == [1, 0, 2, 0]
    # The first of two for which it is the best.
    assert classes_of([1, 0.4, 0.4, 0.6, 0.6], [2, 0.4, 0.4, 0.6, 0.6]) == [0, 0, 0, 1]


def test_no_object_matches_nothing():
    assert classes_of(NONE, NONE) == [0, 0, 0, 0]
    assert classes_of(NONE, [1, 0.5, 0, 1, 1]) == [0, 1, 0, 0]


def test_every_image_has_its_own_objects():
    objects = torch.tensor([[[1, 0, 0, 0.5, 1]], [[2, 0.5, 0, 1, 1]]], dtype=torch.float32)
    assert matched(objects, BOXES)[0].tolist() == [[1, 0, 0, 0], [0, 2, 0, 0]]


def test_offsets_by_hand():
    _, offsets = matched(torch.tensor([[[3, 0.1, 0, 0.6, 0.8]]]), BOXES)
    # The centre is 0.1 to the right of that of the left half and 0.1 above it.
    expected = [0.1 / 0.5 / 0.1, -0.1 / 1 / 0.1, math.log(0.5 / 0.5) / 0.2, math.log(0.8) / 0.2]
    assert offsets[0, :, 0].tolist() == pytest.approx(expected, abs=1e-6)


def test_boxes_come_back_from_their_offsets():
    generator = torch.Generator().manual_seed(0)
    first, last = torch.rand(3, 4, 4, generator=generator).chunk(2, 1)
    corners = torch.cat([first.minimum(last), first.maximum(last)], 1)
    assert torch.allclose(boxes_at(offsets_of(corners, BOXES), BOXES), corners, atol=1e-5)


def test_boxes_end_at_the_border_of_the_image():
    far = torch.tensor([20.0, 0, 0, 0]).view(1, 4, 1).expand(-1, -1, 4)
    assert boxes_at(far, BOXES)[0, :, 1].tolist() == [1, 0, 1, 1]


def test_boxes_that_are_left():
    corners = torch.tensor([[0, 0, 0.5, 1], [0, 0, 0.6, 1], [0, 0, 0.5, 1], [0.5, 0, 1, 1]])
    scores, classes = torch.tensor([0.5, 0.9, 0.3, 0.6]), torch.tensor([1.0, 1, 2, 1])
    # The first overlaps the second to five sixths; the third is of another class.
    assert highest_apart(corners, scores, classes, 0.45).tolist() == [1, 3, 2]
    assert highest_apart(corners, scores, classes, 0.9).tolist() == [1, 3, 0, 2]


def test_without_torchvision_one_sentence_says_what_needs_it(monkeypatch):
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.delitem(sys.modules, "reprise.training.tasks.box_matching")
    again = import_module("reprise.training.tasks.box_matching")
    with pytest.raises(InputError, match="task 'detection' needs the package torchvision"):
        again.matched(torch.zeros(1, 1, 5), BOXES)
