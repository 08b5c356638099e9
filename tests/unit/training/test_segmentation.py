"""Segmentation: what it counts, and a cell from its scenes to its history."""

import math

import numpy as np
import pytest
import torch
from sklearn.metrics import jaccard_score

from reprise.data.augmentation import Augmentation
from reprise.training.evaluation import Tally
from reprise.training.task import make_task

CLASSES = 5
WITHOUT = 255


def tally_of(predicted, labels, batches=1):
    """A tally that has seen logits whose largest are the predicted classes."""
    tally = Tally(labels, make_task("segmentation", CLASSES))
    logits = torch.nn.functional.one_hot(predicted, CLASSES).permute(0, 3, 1, 2).float()
    for part in torch.arange(len(labels)).chunk(batches):
        tally.add(torch.tensor(1.0), logits[part], labels[part])
    return tally


def by_hand(predicted, labels):
    """Mean of intersection over union in percent, one class after the other by sets of pixels."""
    known = labels != WITHOUT
    ratios = []
    for label in range(CLASSES):
        true, found = (labels == label) & known, (predicted == label) & known
        if (true | found).any():
            ratios.append((true & found).sum() / (true | found).sum())
    return 100 * np.mean(ratios)


@pytest.mark.parametrize("batches", [1, 3])
@pytest.mark.parametrize("seed", range(4))
def test_mean_iou_is_that_of_sets_of_pixels(seed, batches):
    random = np.random.default_rng(seed)
    labels = random.integers(0, CLASSES, (6, 9, 7))
    # One class is never there, and never predicted by the even seeds.
    labels[labels == 2] = 0
    predicted = np.where(
        random.random(labels.shape) < 0.4, labels, random.integers(0, 2, labels.shape)
    )
    if seed % 2:
        predicted[0, 0, 0] = 2
    labels[random.random(labels.shape) < 0.2] = WITHOUT
    score = tally_of(
        torch.tensor(predicted), torch.tensor(labels, dtype=torch.uint8), batches
    ).score()
    assert score.mean_iou == pytest.approx(by_hand(predicted, labels))
    known = labels != WITHOUT
    # scikit-learn's, over the classes that are there or predicted.
    pixels = labels[known], predicted[known]
    assert score.mean_iou == pytest.approx(100 * jaccard_score(*pixels, average="macro"))
    right = 100 * (predicted == labels)[known].mean()
    assert score.pixel_accuracy == pytest.approx(right)


def test_a_small_example():
    labels = torch.tensor([[[0, 0, 1, WITHOUT]]], dtype=torch.uint8)
    predicted = torch.tensor([[[0, 1, 1, 3]]])
    # Class 0: one of two; class 1: one of two; no pixel with a class is, or is predicted as, 3.
    assert tally_of(predicted, labels).score().mean_iou == pytest.approx(50)


def test_losses_are_weighed_by_pixels_with_a_class():
    logits = torch.zeros(1, CLASSES, 1, 4)
    few = torch.tensor([[[0, WITHOUT, WITHOUT, WITHOUT]]], dtype=torch.uint8)
    tally = Tally(few, make_task("segmentation", CLASSES))
    tally.add(torch.tensor(5.0), logits, few)
    tally.add(torch.tensor(1.0), logits, torch.zeros(1, 1, 4, dtype=torch.uint8))
    assert tally.score().loss == pytest.approx((5 * 1 + 1 * 4) / 5)


def test_pixels_without_a_class_are_no_part_of_the_loss():
    task = make_task("segmentation", CLASSES)
    loss = task.loss(torch.nn.functional.cross_entropy)
    logits = torch.randn(2, CLASSES, 3, 3, generator=torch.Generator().manual_seed(0))
    labels = torch.full((2, 3, 3), WITHOUT, dtype=torch.uint8)
    labels[1, 2, 0] = 3
    expected = -logits.log_softmax(1)[1, 3, 2, 0]
    assert loss(logits, labels).item() == pytest.approx(expected.item())


def test_nothing_is_known_of_a_split_without_a_class():
    labels = torch.full((1, 2, 2), WITHOUT, dtype=torch.uint8)
    score = tally_of(torch.zeros(1, 2, 2, dtype=torch.int64), labels).score()
    assert all(map(math.isnan, (score.loss, score.mean_iou, score.pixel_accuracy)))


def test_predicting_one_class_everywhere_is_no_better_than_guessing():
    labels = torch.arange(CLASSES, dtype=torch.uint8).repeat(CLASSES).view(1, CLASSES, CLASSES)
    score = tally_of(torch.zeros(1, CLASSES, CLASSES, dtype=torch.int64), labels).score()
    assert score.mean_iou == pytest.approx(100 / CLASSES / CLASSES)


@pytest.mark.parametrize("steps", [[("flip", {})], [("crop", {"padding": 2})], []])
def test_masks_go_where_their_images_go(steps):
    generator = torch.Generator().manual_seed(1)
    images = torch.randint(1, 200, (8, 1, 6, 6), dtype=torch.uint8, generator=generator)
    augmentation = Augmentation(steps)
    draws = augmentation.draw(8, generator)
    moved = augmentation.apply(images, draws)
    # Masks that repeat their images show the same afterwards; black from outside has no class.
    followed = make_task("segmentation", 201).follow(images.squeeze(1), augmentation, draws)
    assert torch.equal(followed == WITHOUT, moved.squeeze(1) == 0)
    assert torch.equal(followed[followed != WITHOUT], moved.squeeze(1)[moved.squeeze(1) != 0])
    assert not steps or not torch.equal(moved, images)
