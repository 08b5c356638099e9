"""Average precision as COCO defines it.

Lin and others (2014), "Microsoft COCO: Common objects in context", and the code of its authors
(cocodataset/cocoapi, ``COCOeval``), against which a test holds this. It is here since that code
takes objects of Python one by one, which takes longer than training does in small runs.
"""

from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""Intersections over union from which on a detection may be right."""

RECALLS = np.linspace(0, 1, 101)
"""At which precision is read."""


@dataclass(frozen=True)
class Detections:
    """What was found in N images, K or fewer in each.

    Attributes:
        classes: (N, K) int64, from 1 on.
        boxes: (N, K, 4) left, top, right and bottom.
        scores: (N, K), falling within an image; 0 where there is no detection.
    """

    classes: Tensor
    boxes: Tensor
    scores: Tensor


def average_precisions(found: Detections, objects: Tensor) -> Tensor:
    """The average precision at each threshold, (10,) float64 from 0 to 1: the mean over the classes
    that have objects, NaN without any.

    In the order of scores a detection takes the object of its class that it overlaps most among
    those that no other has taken, if it overlaps one enough. The precision at a recall is the
    largest at that or a higher one, and 0 where that recall is not reached.

    Args:
        found: of all images.
        objects: (N, S, 5) class, left, top, right and bottom; class 0 is no object.
    """
    right = _right(found, objects)
    present = objects[..., 0]
    by_class = [
        _of_class(found, right, int(label), int((present == label).sum()))
        for label in present.unique()
        if label
    ]
    if not by_class:
        return torch.full((len(THRESHOLDS),), torch.nan, dtype=torch.float64)
    return torch.stack(by_class).mean(0)


def _of_class(found: Detections, right: Tensor, label: int, objects: int) -> Tensor:
    """The average precision of a class with so many objects, at each threshold."""
    own = (found.classes == label) & (found.scores > 0)
    order = found.scores[own].sort(descending=True, stable=True).indices
    hits = right[:, own][:, order].double().cumsum(1)
    precision = hits / torch.arange(1, len(order) + 1)
    highest = torch.cat([precision, precision.new_zeros(len(precision), 1)], 1)
    highest = highest.flip(1).cummax(1).values.flip(1)
    recalls = torch.from_numpy(RECALLS).expand(len(hits), -1).contiguous()
    places = torch.searchsorted(hits / objects, recalls)
    return highest.gather(1, places).mean(1)


def _right(found: Detections, objects: Tensor) -> Tensor:
    """Whether each detection takes an object, (10, N, K)."""
    # The last of equal overlaps counts, as in the authors' code.
    objects = objects.flip(1)
    overlaps = _overlaps(found.boxes, objects[..., 1:])
    same = found.classes.unsqueeze(2) == objects[..., 0].unsqueeze(1)
    overlaps = overlaps.masked_fill(~same | (found.scores == 0).unsqueeze(2), -1)
    thresholds = torch.from_numpy(THRESHOLDS).view(-1, 1)
    taken = torch.zeros((len(THRESHOLDS), *objects.shape[:2]), dtype=torch.bool)
    right = torch.zeros((len(THRESHOLDS), *found.scores.shape), dtype=torch.bool)
    for rank in range(found.scores.shape[1]):
        free = overlaps[:, rank].expand_as(taken).masked_fill(taken, -1)
        overlap, place = free.max(2)
        right[:, :, rank] = overlap >= thresholds
        taken |= right[:, :, rank].unsqueeze(2) & (
            place.unsqueeze(2) == torch.arange(objects.shape[1])
        )
    return right


def _overlaps(first: Tensor, second: Tensor) -> Tensor:
    """Intersections over union (N, K, S) of boxes (N, K, 4) and (N, S, 4) of each image, in
    float64."""
    first, second = first.double().unsqueeze(2), second.double().unsqueeze(1)
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    areas = [(boxes[..., 2:] - boxes[..., :2]).prod(-1) for boxes in (first, second)]
    return shared / (areas[0] + areas[1] - shared).clamp(min=torch.finfo(torch.float64).tiny)
