"""Which default boxes are to find which objects, boxes as offsets from default boxes, and which of
many boxes are left.

Liu and others (2016), "SSD: Single shot multibox detector", section 2.2; the offsets are scaled as
in the authors' code (weiliu89/caffe, ``prior_variance``). Boxes are shares of the sides of an
image: ``centred`` ones are centre x, centre y, width and height; others are left, top, right and
bottom.
"""

import torch
from torch import Tensor

from reprise.missing import MissingPackage

try:
    from torchvision import ops
except (ImportError, OSError, RuntimeError):
    ops = MissingPackage("torchvision", "task 'detection'")

MATCHED_IOU = 0.5
CENTRE_SCALE, SIDE_SCALE = 0.1, 0.2


def matched(objects: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
    """What each default box is to find in each image.

    It is the object that it overlaps most, if their intersection over union is above a half, or if
    no other default box overlaps that object more. Where two objects have the same default box, the
    one that it overlaps more has it, and the first of two for which it is the best.

    Args:
        objects: (B, S, 5) class, left, top, right and bottom; class 0 is no object, and one below
            0 a crowd, which matches nothing.
        boxes: centred default boxes, (4, D).

    Returns:
        The class (B, D) int64, 0 for none, and the offsets (B, 4, D) of the object's box, which
        mean nothing where there is none.
    """
    corners = ops.box_convert(boxes.T, "cxcywh", "xyxy")
    iou = ops.box_iou(objects[..., 1:].flatten(0, 1), corners).unflatten(0, objects.shape[:2])
    best = iou.argmax(2, keepdim=True)
    iou = iou.scatter(2, best, 1 + MATCHED_IOU)
    iou = iou.masked_fill(objects[..., :1] <= 0, -1)
    overlap, slot = iou.max(1)
    own = objects.gather(1, slot.unsqueeze(2).expand(-1, -1, objects.shape[2]))
    classes = own[..., 0].long().masked_fill(overlap <= MATCHED_IOU, 0)
    return classes, offsets_of(own[..., 1:].transpose(1, 2), boxes)


def offsets_of(corners: Tensor, boxes: Tensor) -> Tensor:
    """Boxes (B, 4, D) as offsets (B, 4, D) from centred default boxes (4, D)."""
    centres = (corners[:, :2] + corners[:, 2:]) / 2 - boxes[:2]
    sides = (corners[:, 2:] - corners[:, :2]) / boxes[2:]
    return torch.cat([centres / boxes[2:] / CENTRE_SCALE, sides.log() / SIDE_SCALE], 1)


def boxes_at(offsets: Tensor, boxes: Tensor) -> Tensor:
    """The inverse of ``offsets_of``, cut off at the borders of the image.

    Args:
        offsets: (B, 4, D).
        boxes: centred default boxes (4, D), or (B, 4, D).
    """
    centres = boxes[..., :2, :] + offsets[:, :2] * CENTRE_SCALE * boxes[..., 2:, :]
    halves = boxes[..., 2:, :] * (offsets[:, 2:] * SIDE_SCALE).exp() / 2
    return torch.cat([centres - halves, centres + halves], 1).clamp(0, 1)


def highest_apart(corners: Tensor, scores: Tensor, classes: Tensor, largest_iou: float) -> Tensor:
    """Positions of the boxes, from the highest score on, that overlap none of their class that is
    left and scores more: non-maximum suppression.

    Args:
        corners: boxes (M, 4).
        scores, classes: of each, (M,).
        largest_iou: that two of a class may have.
    """
    # In float64, since boxes of other classes are set apart by large numbers.
    return ops.batched_nms(corners.double(), scores.double(), classes, largest_iou)
