"""Where objects are, and of which class."""

from collections.abc import Mapping, Sequence

import torch
from torch import Tensor
from torch.nn import functional

from reprise.data.augmentation import Augmentation
from reprise.data.augmentations.flip import Flip
from reprise.training.task import Loss, tasks
from reprise.training.tasks.average_precision import Detections, average_precisions
from reprise.training.tasks.box_matching import boxes_at, highest_apart, matched

IGNORED = -100
"""The label that torch's losses leave out."""

NEGATIVES = 3
"""Default boxes without an object that count in the loss for each one with an object; as many at
least in each image."""

CANDIDATES = 200
"""The boxes of an image that are looked at, those with the highest scores of all classes."""

LOWEST_SCORE, LARGEST_IOU, DETECTIONS = 0.01, 0.45, 100
"""What a candidate has to score; how much of another of its class it may overlap that scores more;
and how many of an image count."""

BOX, OBJECT = 6, 5
"""Numbers of a candidate and of an object: class, left, top, right and bottom, and the score."""


@tasks.register(
    "detection",
    scores={
        "average_precision": {
            "unit": "%",
            "rises": True,
            "guess": [100, -2],
            "of_examples": False,
        },
        "average_precision_50": {
            "words": "average precision at an overlap of 0.50",
            "unit": "%",
            "rises": True,
            "guess": [100, -2],
            "of_examples": False,
        },
    },
    labels="objects",
    augmentations=["flip", "color_jitter"],
)
class Detection:
    """Labels (B, S, 5) float32, for each of S objects its class and left, top, right and bottom as
    shares of the image's sides; class 0 stands for no object. Predictions (B, classes + 8, D) as
    ``reprise.nets.detector`` says, of D default boxes.

    The loss and what becomes of predictions are those of Liu and others (2016), "SSD: Single shot
    multibox detector", sections 2.2 and 3. Average precision is that of COCO, in percent: the mean
    over classes, and over intersections over union from 0.50 to 0.95 (see ``average_precisions``);
    ``average_precision_50`` is that at 0.50. Whoever guesses class and place alike is right in one
    of classes squared, roughly: it is what a run counts as that diverged.

    Args:
        classes: of the data, the background among them.
    """

    def __init__(self, classes: int) -> None:
        self.classes = classes

    def loss(self, mean: Loss) -> Loss:
        """Smooth L1 loss of the offsets of matched default boxes, and the loss of the classes of
        these and of the hardest others, three for each; as a sum that is divided by the number of
        matched boxes of the batch."""

        def loss(predictions: Tensor, objects: Tensor) -> Tensor:
            logits, offsets, boxes = self._parts(predictions)
            labels, targets = matched(objects, boxes)
            with_object = labels > 0
            targets = torch.where(with_object.unsqueeze(1), targets, offsets.detach())
            places = functional.smooth_l1_loss(offsets, targets, reduction="sum")
            chosen = with_object | _hardest(logits.detach(), with_object)
            kinds = mean(logits, labels.masked_fill(~chosen, IGNORED)) * chosen.sum()
            return (places + kinds) / with_object.sum().clamp(min=1)

        return loss

    def follow(self, labels: Tensor, augmentation: Augmentation, draws: Sequence[Tensor]) -> Tensor:
        """Boxes are mirrored with their images; other augmentations leave them where they are."""
        for entry, draw in zip(augmentation.entries, draws, strict=True):
            if isinstance(entry, Flip):
                kind, left, top, right, bottom = labels.unbind(2)
                mirrored = torch.stack([kind, 1 - right, top, 1 - left, bottom], 2)
                labels = torch.where(draw.view(-1, 1, 1), mirrored, labels)
        return labels

    def no_counts(self, labels: Tensor) -> Tensor:
        """A row for each image, of its candidates and its objects, and one that holds how many
        images are counted, float32 (N + 1, numbers)."""
        numbers = CANDIDATES * BOX + labels.shape[1] * OBJECT
        return torch.zeros(len(labels) + 1, numbers, device=labels.device)

    def count(self, counts: Tensor, logits: Tensor, labels: Tensor) -> None:
        """Write down the candidates of a batch and its objects."""
        rows = torch.cat([self._candidates(logits).flatten(1), labels.flatten(1)], 1)
        places = counts[-1, 0].long() + torch.arange(len(rows), device=rows.device)
        # Runs that measure nothing but time count more images than there are.
        counts.index_copy_(0, places % (len(counts) - 1), rows)
        counts[-1, 0] += len(rows)

    def weight(self, labels: Tensor) -> int:
        """The images of the batch."""
        return len(labels)

    def predictions(self, counts: Tensor, examples: int) -> int:
        """One for each image."""
        return examples

    def scores(self, counts: Tensor, examples: int) -> Mapping[str, float]:
        """The average precisions in percent."""
        rows = counts[:-1][:examples].cpu()
        candidates = rows[:, : CANDIDATES * BOX].unflatten(1, (CANDIDATES, BOX))
        objects = rows[:, CANDIDATES * BOX :].unflatten(1, (-1, OBJECT))
        precisions = 100 * average_precisions(_detections(candidates), objects)
        return {
            "average_precision": precisions.mean().item(),
            "average_precision_50": precisions[0].item(),
        }

    def _parts(self, predictions: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits (B, classes, D), offsets (B, 4, D) and default boxes (4, D)."""
        logits, offsets, boxes = predictions.split([self.classes, 4, 4], 1)
        return logits, offsets, boxes[0].detach()

    def _candidates(self, predictions: Tensor) -> Tensor:
        """The boxes with the highest scores, (B, CANDIDATES, 6); those that are lacking score 0."""
        logits, offsets, boxes = self._parts(predictions)
        scores = logits.softmax(1)[:, 1:]
        count = min(CANDIDATES, scores[0].numel())
        best, places = scores.flatten(1).topk(count)
        labels = places // scores.shape[2] + 1
        index = (places % scores.shape[2]).unsqueeze(1).expand(-1, 4, -1)
        corners = boxes_at(offsets, boxes).gather(2, index)
        candidates = torch.cat([labels.unsqueeze(1), corners, best.unsqueeze(1)], 1).transpose(1, 2)
        return functional.pad(candidates, (0, 0, 0, CANDIDATES - count))


def _hardest(logits: Tensor, with_object: Tensor) -> Tensor:
    """The boxes (B, D) without an object that look least like the background: in each image three
    for each box with an object, and three where there is none."""
    hardness = logits[:, 0] - logits.logsumexp(1)
    hardness = hardness.masked_fill(with_object, torch.inf)
    ranks = hardness.argsort(dim=1, stable=True).argsort(dim=1)
    count = NEGATIVES * with_object.sum(1, keepdim=True).clamp(min=1)
    return (ranks < count) & ~with_object


def _detections(candidates: Tensor) -> Detections:
    """Those of candidates (N, K, 6) that score enough and lie beneath no other of their class."""
    kept = torch.zeros(len(candidates), DETECTIONS, BOX)
    for row, own in zip(kept, candidates, strict=True):
        own = own[own[:, -1] > LOWEST_SCORE]
        order = highest_apart(own[:, 1:5], own[:, -1], own[:, 0], LARGEST_IOU)[:DETECTIONS]
        row[: len(order)] = own[order]
    return Detections(kept[..., 0].long(), kept[..., 1:5], kept[..., 5])
