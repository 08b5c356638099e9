"""Detection: its loss, what becomes of predictions, and what is counted."""

import pytest
import torch
from torch.nn import functional

from reprise.data.augmentation import Augmentation
from reprise.training.evaluation import Tally
from reprise.training.task import make_task

CLASSES = 3
# The left and the right half of the image, and six boxes that are too small for its objects.
HALVES = [[0.25, 0.5, 0.5, 1], [0.75, 0.5, 0.5, 1]]
BOXES = torch.tensor([*HALVES, *[[0.5, 0.5, 0.01, 0.01]] * 6]).T
NONE = [0.0] * 5
LEFT, RIGHT = [0, 0, 0.5, 1], [0.5, 0, 1, 1]


def predictions(logits, offsets=None):
    """As a detector gives them, (B, classes + 8, boxes).

    Args:
        logits: (B, boxes, classes).
        offsets: (B, 4, boxes).
    """
    logits = torch.as_tensor(logits, dtype=torch.float32).transpose(1, 2)
    if offsets is None:
        offsets = torch.zeros(len(logits), 4, logits.shape[2])
    return torch.cat([logits, offsets, BOXES.expand(len(logits), -1, -1)], 1)


def loss_of(found, objects):
    return make_task("detection", CLASSES).loss(functional.cross_entropy)(
        found, torch.tensor(objects, dtype=torch.float32)
    )


def test_the_loss_by_hand():
    # Boxes without an object are ever surer of being background; the three first are the hardest.
    background = torch.tensor([0.0, 1, 2, 3, 4, 5, 6])
    logits = torch.zeros(1, 8, CLASSES)
    logits[0, 0] = torch.tensor([0.0, 2, 0])
    logits[0, 1:, 0] = background
    offsets = torch.zeros(1, 4, 8)
    offsets[0, :, 0] = torch.tensor([0.5, -2, 0, 0])
    # No box but the left half has an object, so that no other offset counts.
    offsets[0, :, 1:] = 7
    kinds = -logits[0, 0].log_softmax(0)[1] - logits[0, 1:4].log_softmax(1)[:, 0].sum()
    places = 0.5**2 / 2 + (2 - 0.5)
    found = loss_of(predictions(logits, offsets), [[[1, *LEFT], NONE]])
    assert found.item() == pytest.approx((kinds + places).item(), rel=1e-6)


def test_the_loss_is_divided_by_the_matched_boxes_of_the_batch():
    logits = torch.zeros(2, 8, CLASSES)
    objects = [[[1, *LEFT], [2, *RIGHT]], [[1, *LEFT], NONE]]
    # Nothing is known: each box costs log 3. Two boxes and six others; one box and three others.
    expected = (8 + 4) * torch.tensor(3.0).log() / 3
    assert loss_of(predictions(logits), objects).item() == pytest.approx(expected.item())


def test_an_image_without_objects_has_three_boxes_that_count():
    logits = torch.zeros(1, 8, CLASSES)
    expected = 3 * torch.tensor(3.0).log()
    assert loss_of(predictions(logits), [[NONE, NONE]]).item() == pytest.approx(expected.item())


def test_gradients_are_numbers_wherever_objects_lack():
    found = predictions(torch.zeros(2, 8, CLASSES)).requires_grad_()
    loss_of(found, [[[1, *LEFT], NONE], [NONE, NONE]]).backward()
    assert found.grad.isfinite().all()
    assert found.grad[:, CLASSES : CLASSES + 4].abs().sum() == 0
    assert found.grad[0, :CLASSES].abs().sum() > 0


def sure(*classes):
    """Logits (boxes, classes) of boxes that are surely of these classes, those not named being
    background."""
    labels = torch.tensor([*classes, *[0] * (8 - len(classes))])
    return 10.0 * functional.one_hot(labels, CLASSES)


def scores(logits, objects, batches=1):
    labels = torch.tensor(objects, dtype=torch.float32)
    task = make_task("detection", CLASSES)
    tally = Tally(labels, task)
    found = predictions(torch.stack(logits))
    for part in torch.arange(len(labels)).chunk(batches):
        tally.add(torch.tensor(1.0), found[part], labels[part])
    return tally.score()


@pytest.mark.parametrize("batches", [1, 2])
def test_objects_that_are_all_found_give_a_hundred(batches):
    logits = [sure(1, 2), sure(2, 0)]
    objects = [[[1, *LEFT], [2, *RIGHT]], [[2, *LEFT], NONE]]
    found = scores(logits, objects, batches)
    assert found.average_precision == pytest.approx(100, abs=1e-4)
    assert found.average_precision_50 == pytest.approx(100, abs=1e-4)


def test_places_that_are_roughly_right_count_at_an_overlap_of_half():
    # The object is 0.72 of the box, which counts at five of the ten overlaps up to 0.95.
    found = scores([sure(1)], [[[1, 0, 0, 0.5, 0.72]]])
    assert found.average_precision_50 == pytest.approx(100)
    assert found.average_precision == pytest.approx(50, abs=1e-4)


def test_the_wrong_class_is_wrong():
    found = scores([sure(2)], [[[1, *LEFT]]])
    assert found.average_precision == found.average_precision_50 == 0


def test_of_boxes_in_one_place_the_surest_of_a_class_is_kept():
    task = make_task("detection", CLASSES)
    labels = torch.tensor([[[1.0, *LEFT]]])
    boxes = torch.tensor([HALVES[0]] * 8).T
    logits = torch.zeros(1, CLASSES, 8)
    # The second is the surest; the last one is surely of the other class.
    logits[0, 1] = torch.tensor([4.0, 5, 3, 2, 2, 2, 2, -9])
    logits[0, 2] = torch.tensor([-9.0, -9, -9, -9, -9, -9, -9, 9])
    # All but the second lie half a box too low, which overlaps it by a third.
    offsets = torch.zeros(1, 4, 8)
    moved = offsets.clone()
    moved[0, 0, [0, 2, 3, 4, 5, 6]] = 0.5
    for found in (offsets, moved):
        tally = Tally(labels, task)
        tally.add(torch.tensor(0.0), torch.cat([logits, found, boxes.expand(1, 4, 8)], 1), labels)
        # Of class 1 one box is left, which is right.
        assert tally.score().average_precision == pytest.approx(100, abs=1e-4)


def test_counting_again_begins_anew():
    labels = torch.tensor([[[1.0, *LEFT]]])
    tally = Tally(labels, make_task("detection", CLASSES))
    tally.add(torch.tensor(0.0), predictions(sure(2)[None]), labels)
    tally.clear()
    tally.add(torch.tensor(0.0), predictions(sure(1)[None]), labels)
    assert tally.score().average_precision == pytest.approx(100, abs=1e-4)


def test_boxes_are_mirrored_with_their_images():
    task = make_task("detection", CLASSES)
    images = torch.zeros(6, 1, 10, 10, dtype=torch.uint8)
    images[:, :, 2:5, 1:4] = 200
    labels = torch.tensor([[[1, 0.1, 0.2, 0.4, 0.5], NONE]]).repeat(6, 1, 1)
    augmentation = Augmentation([("flip", {}), ("color_jitter", {"brightness": 0.2})])
    draws = augmentation.draw(6, torch.Generator().manual_seed(1))
    assert 0 < draws[0].sum() < 6
    followed = task.follow(labels, augmentation, draws)
    assert (followed[:, 1, 0] == 0).all()
    for image, (_, left, top, right, bottom) in zip(
        augmentation.apply(images, draws), (10 * followed[:, 0]).round().int(), strict=True
    ):
        assert (image[0, top:bottom, left:right] > 0).all()
        assert (image > 0).sum() == 9
