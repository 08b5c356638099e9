"""Average precision as COCO defines it.

Lin and others (2014), "Microsoft COCO: Common objects in context", and the code of its authors
(cocodataset/cocoapi, ``COCOeval``), against which a test holds this. It is here since that code
takes objects of Python one by one, which takes longer than training does in small runs.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

THRESHOLDS = np.linspace(0.5, 0.95, 10)
"""Intersections over union from which on a detection may be right."""

RECALLS = np.linspace(0, 1, 101)
"""At which precision is read."""

IMAGES_AT_A_TIME = 500

TINY = torch.finfo(torch.float64).tiny


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


def average_precisions(detections: Detections, objects: Tensor) -> Tensor:
    """The average precision at each threshold, (10,) float64 from 0 to 1: the mean over the classes
    that have objects, NaN without any.

    In the order of scores a detection takes the object of its class that it overlaps most among
    those that no other has taken, if it overlaps one enough. The precision at a recall is the
    largest at that or a higher one, and 0 where that recall is not reached. A detection that takes
    no object counts for nothing where enough of it lies in a crowd of its class.

    Args:
        detections: of all images.
        objects: (N, S, 5) class, left, top, right and bottom; class 0 is no object, and a class
            with a minus a crowd.
    """
    parts = [_taken(*part) for part in _parts(detections, objects)]
    right, counted = (torch.cat(part, 1) for part in zip(*parts, strict=True))
    present = objects[..., 0]
    by_class = [
        _of_class(detections, right, counted, int(label), int((present == label).sum()))
        for label in present.unique()
        if label > 0
    ]
    if not by_class:
        return torch.full((len(THRESHOLDS),), torch.nan, dtype=torch.float64)
    return torch.stack(by_class).mean(0)


def _parts(detections: Detections, objects: Tensor) -> Iterator[tuple[Detections, Tensor]]:
    """Some images at a time, since overlaps of all of them would fill the memory."""
    for start in range(0, len(objects), IMAGES_AT_A_TIME):
        part = slice(start, start + IMAGES_AT_A_TIME)
        own = Detections(detections.classes[part], detections.boxes[part], detections.scores[part])
        yield own, objects[part]


def _of_class(
    detections: Detections, right: Tensor, counted: Tensor, label: int, objects: int
) -> Tensor:
    """The average precision of a class with so many objects, at each threshold."""
    own = (detections.classes == label) & (detections.scores > 0)
    order = detections.scores[own].sort(descending=True, stable=True).indices
    hits = right[:, own][:, order].double().cumsum(1)
    precision = hits / counted[:, own][:, order].double().cumsum(1).clamp(min=1)
    highest = torch.cat([precision, precision.new_zeros(len(precision), 1)], 1)
    highest = highest.flip(1).cummax(1).values.flip(1)
    recalls = torch.from_numpy(RECALLS).expand(len(hits), -1).contiguous()
    places = torch.searchsorted(hits / objects, recalls)
    return highest.gather(1, places).mean(1)


def _taken(detections: Detections, objects: Tensor) -> tuple[Tensor, Tensor]:
    """Whether each detection takes an object, and whether it counts, both (10, N, K)."""
    # The last of equal overlaps counts, as in the authors' code.
    objects = objects.flip(1)
    overlaps, covered = _overlaps(detections.boxes, objects[..., 1:])
    lacking = (detections.scores == 0).unsqueeze(2)
    same, crowd = (
        detections.classes.unsqueeze(2) == sign * objects[..., 0].unsqueeze(1) for sign in (1, -1)
    )
    right = _right(overlaps.masked_fill(~same | lacking, -1))
    in_crowd = covered.masked_fill(~crowd | lacking, -1).amax(2)
    thresholds = torch.from_numpy(THRESHOLDS).view(-1, 1, 1)
    return right, right | (in_crowd < thresholds)


def _right(overlaps: Tensor) -> Tensor:
    """Whether each detection takes an object, (10, N, K), by its overlap with each object that it
    may take, (N, K, S)."""
    images, detections, objects = overlaps.shape
    thresholds = torch.from_numpy(THRESHOLDS).view(-1, 1)
    taken = torch.zeros((len(THRESHOLDS), images, objects), dtype=torch.bool)
    right = torch.zeros((len(THRESHOLDS), images, detections), dtype=torch.bool)
    for rank in range(detections):
        free = overlaps[:, rank].expand_as(taken).masked_fill(taken, -1)
        overlap, place = free.max(2)
        right[:, :, rank] = overlap >= thresholds
        taken |= right[:, :, rank].unsqueeze(2) & (place.unsqueeze(2) == torch.arange(objects))
    return right


def _overlaps(first: Tensor, second: Tensor) -> tuple[Tensor, Tensor]:
    """Intersections over union of boxes (N, K, 4) and (N, S, 4) of each image, and over the first
    box alone, both (N, K, S) in float64."""
    first, second = first.double().unsqueeze(2), second.double().unsqueeze(1)
    low = torch.maximum(first[..., :2], second[..., :2])
    high = torch.minimum(first[..., 2:], second[..., 2:])
    shared = (high - low).clamp(min=0).prod(-1)
    areas = [(boxes[..., 2:] - boxes[..., :2]).prod(-1) for boxes in (first, second)]
    union = areas[0] + areas[1] - shared
    return shared / union.clamp(min=TINY), shared / areas[0].clamp(min=TINY)
