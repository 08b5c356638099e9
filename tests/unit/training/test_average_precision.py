"""Average precision against COCO's own code."""

import contextlib
import io

import numpy as np
import pytest
import torch
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from reprise.training.tasks import average_precision
from reprise.training.tasks.average_precision import Detections, average_precisions

IMAGES, OBJECTS, FOUND, CLASSES = 25, 5, 30, 4


def boxes(random, *shape):
    corners = np.sort(random.random((*shape, 2, 2)), axis=-2)
    return corners.reshape(*shape, 4).astype(np.float32)


def made_up(seed):
    """Objects, and detections of which many are objects that are moved a little."""
    random = np.random.default_rng(seed)
    objects = np.zeros((IMAGES, OBJECTS, 5), np.float32)
    objects[..., 0] = random.integers(0, CLASSES, (IMAGES, OBJECTS))
    objects[..., 1:] = boxes(random, IMAGES, OBJECTS)
    # Two objects in one place.
    objects[0, 1] = objects[0, 0] = [1, 0.2, 0.2, 0.7, 0.6]
    source = random.integers(0, OBJECTS, (IMAGES, FOUND))
    near = np.take_along_axis(objects, source[..., None], 1)
    is_near = random.random((IMAGES, FOUND)) < 0.6
    places = np.where(is_near[..., None], near[..., 1:], boxes(random, IMAGES, FOUND))
    places = places + random.normal(0, 0.03, places.shape) * is_near[..., None]
    places[0, :3] = objects[0, 0, 1:]
    classes = np.where(is_near, near[..., 0], random.integers(1, CLASSES, (IMAGES, FOUND)))
    # Some score the same.
    scores = -np.sort(-random.integers(1, 200, (IMAGES, FOUND)) / 200)
    scores[:, FOUND - 4 :] = np.where(random.random((IMAGES, 4)) < 0.5, 0, 0.005)
    scores = -np.sort(-scores)
    first, last = places[..., :2], places[..., 2:]
    places = np.concatenate([np.minimum(first, last), np.maximum(first, last)], -1)
    return (
        Detections(*map(torch.tensor, (classes.astype(int), places.astype(np.float32), scores))),
        torch.tensor(objects),
    )


def by_coco(found, objects):
    """Average precision at each threshold by the code of COCO's authors."""
    truth, results = COCO(), []
    annotations = []
    for image in range(IMAGES):
        for label, left, top, right, bottom in objects[image].double().tolist():
            if label:
                crowd = int(label < 0)
                box = [left, top, right - left, bottom - top]
                annotations.append(
                    {
                        "id": len(annotations) + 1, "image_id": image,
                        "category_id": int(abs(label)), "bbox": box, "area": box[2] * box[3],
                        "iscrowd": crowd,
                    }
                )  # fmt: skip
        own = zip(
            found.classes[image].tolist(), found.boxes[image].double().tolist(),
            found.scores[image].tolist(), strict=True,
        )  # fmt: skip
        for label, (left, top, right, bottom), score in own:
            if score and label:
                box = [left, top, right - left, bottom - top]
                results.append(
                    {"image_id": image, "category_id": label, "bbox": box, "score": score}
                )
    truth.dataset = {
        "info": {},
        "images": [{"id": image} for image in range(IMAGES)],
        "categories": [{"id": label} for label in range(1, CLASSES)],
        "annotations": annotations,
    }
    with contextlib.redirect_stdout(io.StringIO()):
        truth.createIndex()
        evaluation = COCOeval(truth, truth.loadRes(results), "bbox")
        evaluation.evaluate()
        evaluation.accumulate()
    # Thresholds, recalls, classes; all sizes of objects; the largest number of detections.
    precision = evaluation.eval["precision"][:, :, :, 0, -1]
    return precision[:, :, (precision > -1).all((0, 1))].mean((1, 2))


@pytest.mark.parametrize("seed", range(8))
def test_it_is_that_of_cocos_own_code(seed):
    found, objects = made_up(seed)
    expected = by_coco(found, objects)
    assert expected[-1] < 0.1 < expected[0] < 0.9
    assert average_precisions(found, objects).numpy() == pytest.approx(expected, abs=1e-12)


@pytest.mark.parametrize("images", [7, 500], ids=["in parts", "at once"])
@pytest.mark.parametrize("seed", range(4))
def test_crowds_are_those_of_cocos_own_code(seed, images, monkeypatch):
    monkeypatch.setattr(average_precision, "IMAGES_AT_A_TIME", images)
    found, objects = made_up(seed)
    before = average_precisions(found, objects)
    objects[::2, 3:, 0] *= -1
    expected = by_coco(found, objects)
    assert average_precisions(found, objects).numpy() == pytest.approx(expected, abs=1e-12)
    assert not np.allclose(before, expected)


def test_what_lies_in_a_crowd_counts_for_nothing():
    """Of three detections one takes the object; one lies in the crowd, and one half in it."""
    objects = torch.tensor([[[1, 0, 0, 0.4, 0.4], [-1, 0.5, 0.5, 1, 1]]])
    places = [[[0.8, 0.8, 0.9, 0.9], [0.45, 0.6, 0.55, 0.7], [0, 0, 0.4, 0.4]]]
    scores = torch.tensor([[0.9, 0.8, 0.7]])
    found = Detections(torch.ones(1, 3, dtype=torch.int64), torch.tensor(places), scores)
    # Half of the second box lies in the crowd: it counts as wrong where more is asked for.
    assert average_precisions(found, objects)[1:].tolist() == pytest.approx([0.5] * 9)


def test_a_class_without_an_object_counts_for_nothing():
    found, objects = made_up(0)
    objects[objects[..., 0] == 2] = 0
    expected = by_coco(found, objects)
    assert average_precisions(found, objects).numpy() == pytest.approx(expected, abs=1e-12)


def test_a_small_example():
    """One object is found at the first place and one at the third of three, one is not found."""
    objects = torch.tensor([[[1, 0, 0, 0.5, 0.5], [1, 0.5, 0.5, 1, 1]], [[1, 0, 0, 1, 1], [0] * 5]])
    places = [[[0, 0, 0.5, 0.5], [0, 0, 0.1, 0.1]], [[0, 0, 1, 0.9], [0, 0, 1, 0.9]]]
    found = Detections(
        torch.ones(2, 2, dtype=torch.int64),
        torch.tensor(places),
        torch.tensor([[0.9, 0.8], [0.7, 0.0]]),
    )
    precisions = average_precisions(found, objects)
    # Up to a recall of 1/3 precision is 1 (34 of 101 recalls), and up to 2/3 it is 2/3 (33).
    expected = (34 + 33 * 2 / 3) / 101
    assert precisions[:8] == pytest.approx([expected] * 8)
    # The second box overlaps its object to nine tenths.
    assert precisions[9] == pytest.approx(34 / 101)


def test_without_objects_there_is_none():
    found, objects = made_up(0)
    assert average_precisions(found, torch.zeros_like(objects)).isnan().all()


def test_without_detections_it_is_zero():
    found, objects = made_up(0)
    nothing = Detections(found.classes, found.boxes, torch.zeros_like(found.scores))
    assert average_precisions(nothing, objects).tolist() == [0.0] * 10
