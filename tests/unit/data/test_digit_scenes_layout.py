"""Scenes of digits: pictures with masks and boxes, drawn from a seed."""

import hashlib

import numpy as np
import pytest
from PIL import Image

from reprise.data.layouts import layouts
from reprise.data.layouts.digit_scenes import draw_scene, seen_shares
from reprise.data.layouts.digits import read_digits
from reprise.data.preparation import prepare
from reprise.data.prepared import open_prepared
from reprise.errors import InputError


@pytest.fixture
def scenes_source(make_source):
    def make(**changes):
        values = {
            "name": "scenes",
            "layout": "digit-scenes",
            "classes": ("canvas", *"01234"),
            "pixels": 48,
            "train_images": 40,
            "test_images": 15,
        } | changes
        return make_source(**values)

    return make


def test_shapes_and_classes(scenes_source):
    splits = layouts["digit-scenes"](scenes_source(), [])
    assert splits.train_images.shape == (40, 1, 48, 48)
    assert splits.train_labels.shape == (40, 48, 48)
    assert splits.test_labels.shape == (15, 48, 48)
    assert splits.train_labels.dtype == splits.train_images.dtype == np.uint8
    assert set(np.unique(splits.train_labels)) == set(range(6))
    assert all(len(np.unique(mask)) > 1 for mask in splits.train_labels)


def test_scenes_are_the_same_everywhere(scenes_source):
    """Results name the data by its checksum, so that a library must not change the scenes."""
    splits = layouts["digit-scenes"](scenes_source(), [])
    again = layouts["digit-scenes"](scenes_source(train_images=60), [])
    assert np.array_equal(again.train_images[:40], splits.train_images)
    digest = hashlib.sha256(splits.train_images.tobytes() + splits.train_labels.tobytes())
    assert digest.hexdigest()[:16] == "849e406a921075fb"


def test_no_digit_is_in_both_splits(scenes_source, monkeypatch):
    drawn = {}

    def noted(digits, labels, side, seed):
        drawn.setdefault(seed[0], []).append(digits)
        return draw_scene(digits, labels, side, seed)

    monkeypatch.setattr("reprise.data.layouts.digit_scenes.draw_scene", noted)
    layouts["digit-scenes"](scenes_source(train_images=1, test_images=1), [])
    train, test = ({digit.tobytes() for digit in drawn[split][0]} for split in (0, 1))
    assert train and test and not train & test


@pytest.mark.parametrize("seed", range(5))
def test_boxes_enclose_what_is_to_be_seen_of_their_signs(seed):
    digits, labels = read_digits()
    scene = draw_scene(digits, labels, 64, (seed, 1))
    covered = np.zeros_like(scene.mask, bool)
    for label, top, left, bottom, right in scene.boxes:
        assert 0 <= top < bottom <= 64 and 0 <= left < right <= 64
        covered[top:bottom, left:right] |= scene.mask[top:bottom, left:right] == label
    assert np.array_equal(covered, scene.mask > 0)
    # The sign that was drawn last lies over all others, and touches all sides of its box.
    label, top, left, bottom, right = scene.boxes[-1]
    part = scene.mask[top:bottom, left:right] == label
    assert all(side.any() for side in (part[0], part[-1], part[:, 0], part[:, -1]))


def test_signs_are_brighter_than_the_canvas():
    digits, labels = read_digits()
    scenes = [draw_scene(digits, labels, 48, (0, seed)) for seed in range(20)]
    sign = np.mean([scene.image[scene.mask > 0].mean() for scene in scenes])
    canvas = np.mean([scene.image[scene.mask == 0].mean() for scene in scenes])
    assert sign > canvas + 20


def test_objects_are_the_signs_that_are_seen(scenes_source):
    splits = layouts["digit-scene-boxes"](scenes_source(layout="digit-scene-boxes"), [])
    masked = layouts["digit-scenes"](scenes_source(), [])
    assert np.array_equal(splits.train_images, masked.train_images)
    assert splits.train_labels.shape == (40, 2, 5)
    assert splits.train_labels.dtype == np.float32
    for objects, mask in zip(splits.train_labels, masked.train_labels, strict=True):
        assert objects[0, 0] > 0
        for label, *box in objects[objects[:, 0] > 0]:
            left, top, right, bottom = np.rint(48 * np.array(box)).astype(int)
            assert np.array(box) * 48 == pytest.approx([left, top, right, bottom], abs=1e-4)
            # Of its square a disc fills 0.79, half of which or more is seen.
            seen = (mask[top:bottom, left:right] == label).mean()
            assert seen > 0.35
    # Some scenes have one sign, whose second place is empty.
    empty = splits.train_labels[splits.train_labels[:, 1, 0] == 0, 1]
    assert 0 < len(empty) < 40 and not empty.any()


def test_the_share_of_a_sign_that_is_seen():
    # The second lies over the first's right half, and nothing over the second.
    boxes = np.array([[1, 0, 0, 40, 40], [2, 0, 20, 40, 60]])
    first, second = seen_shares(boxes, 64)
    assert second == 1
    # What two discs share whose centres are a radius apart is 0.391 of each.
    assert first == pytest.approx(1 - 0.391, abs=0.01)
    assert seen_shares(np.array([[1, 0, 0, 40, 40], [2, 0, 0, 40, 40]]), 64).tolist() == [0, 1]


def test_boxes_stay_as_they_are_on_images_of_another_side(scenes_source, tmp_path):
    source = scenes_source(
        layout="digit-scene-boxes", train_images=3, test_images=2, variant="48px"
    )
    for pixels in (48, 24):
        prepare(source, [], tmp_path / f"{pixels}.safetensors", pixels)
    whole, half = (open_prepared(tmp_path / f"{pixels}.safetensors") for pixels in (48, 24))
    assert half.train_images.shape == (3, 1, 24, 24)
    assert half.train_labels.dtype == np.float32
    assert np.array_equal(half.train_labels, whole.train_labels)


def test_masks_are_resized_without_new_classes(scenes_source, tmp_path):
    source = scenes_source(train_images=3, test_images=2, variant="48px")
    for pixels in (48, 24):
        prepare(source, [], tmp_path / f"{pixels}.safetensors", pixels)
    whole, half = (open_prepared(tmp_path / f"{pixels}.safetensors") for pixels in (48, 24))
    assert half.train_labels.shape == (3, 24, 24)
    for small, large in zip(half.train_labels, whole.train_labels, strict=True):
        expected = Image.fromarray(large).resize((24, 24), Image.Resampling.NEAREST)
        assert np.array_equal(small, np.asarray(expected))
        assert set(np.unique(small)) <= set(np.unique(large))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"classes": tuple("abcdefghijkl")}, "at most 11 classes .* found 1 and 12"),
        ({"channels": 3, "mean": (0.5,) * 3, "std": (0.25,) * 3}, "1 channel .* found 3 and 6"),
    ],
)
def test_other_sources_are_refused(scenes_source, changes, message):
    with pytest.raises(InputError, match=message):
        layouts["digit-scenes"](scenes_source(**changes), [])
