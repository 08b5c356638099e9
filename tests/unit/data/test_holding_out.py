"""Training images held out for validation."""

import numpy as np
import pytest

from reprise.data.resident import chosen_rows
from reprise.data.validation import hold_out
from reprise.errors import InputError

LABELS = np.repeat(np.arange(4), 30)


def test_every_class_gives_the_same_share():
    rows = chosen_rows(len(LABELS), None)
    training, held = hold_out(rows, LABELS, 0.2, "data set x")
    assert np.bincount(LABELS[held]).tolist() == [6, 6, 6, 6]
    assert np.bincount(LABELS[training]).tolist() == [24, 24, 24, 24]


def test_no_image_is_on_both_sides_and_none_is_lost():
    rows = chosen_rows(len(LABELS), 80)
    training, held = hold_out(rows, LABELS, 0.25, "data set x")
    assert sorted([*training, *held]) == sorted(rows)


def test_the_order_of_the_training_rows_is_kept():
    rows = chosen_rows(len(LABELS), None)
    training, held = hold_out(rows, LABELS, 0.2, "data set x")
    assert training.tolist() == [row for row in rows if row not in set(held)]


def test_the_first_rows_of_each_class_are_held_out():
    rows = np.array([3, 33, 2, 32, 1, 31, 0, 30])
    training, held = hold_out(rows, LABELS, 0.5, "data set x")
    assert held.tolist() == [3, 33, 2, 32]
    assert training.tolist() == [1, 31, 0, 30]


@pytest.mark.parametrize(("share", "side"), [(0.01, "validation"), (0.99, "training")])
def test_a_split_that_leaves_a_class_empty_is_refused(share, side):
    expected = f"data set x: validation_share {share} leaves class 0 without {side} images"
    with pytest.raises(InputError, match=f"{expected}, since it has 30"):
        hold_out(chosen_rows(len(LABELS), None), LABELS, share, "data set x")


def test_a_class_without_any_image_is_not_asked_for():
    rows = np.flatnonzero(LABELS != 3)
    training, held = hold_out(rows, LABELS, 0.5, "data set x")
    assert set(LABELS[held]) == set(LABELS[training]) == {0, 1, 2}
