"""A detector of the kind of SSD: predictions on several maps of one network."""

from collections.abc import Callable, Sequence
from copy import deepcopy

import torch
from torch import Tensor, nn

from reprise.nets.default_boxes import Forms, Side, default_boxes
from reprise.nets.models import ImageShape

COORDINATES = 4
"""Numbers that say where a box is."""


class Detector(nn.Module):
    """Stages, one after the other, with predictions on the map that each of them gives.

    Maps images (N, channels, height, width) to (N, classes + 8, boxes): of each default box the
    logits of the classes, the background first, then how far the object's box is from the default
    box, and then the default box itself, as ``default_boxes`` gives it. So whoever reads the
    predictions needs to know nothing of the network.

    Args:
        stages: map images, or the map before, to a map.
        predictors: of each stage; they map its map (N, channels, height, width) to
            (N, classes + 4, boxes), as ``Predictions`` does.
        forms: of the default boxes of each map.
        image_shape: channels, height and width of an image.
    """

    def __init__(
        self,
        stages: Sequence[nn.Module],
        predictors: Sequence[nn.Module],
        forms: Sequence[Forms],
        image_shape: ImageShape,
    ) -> None:
        super().__init__()
        self.stages, self.predictors = nn.ModuleList(stages), nn.ModuleList(predictors)
        # They follow from the arguments: no checkpoint needs them.
        boxes = default_boxes(forms, _sides(self.stages, image_shape))
        self.register_buffer("boxes", boxes, persistent=False)

    def forward(self, features: Tensor) -> Tensor:
        predictions = []
        for stage, predict in zip(self.stages, self.predictors, strict=True):
            features = stage(features)
            predictions.append(predict(features))
        found = torch.cat(predictions, 2)
        return torch.cat([found, self.boxes.expand(len(found), -1, -1)], 1)


class Predictions(nn.Module):
    """What is predicted on one map (N, channels, height, width) of the boxes at each place:
    (N, classes + 4, boxes * height * width).

    Args:
        make_layer: makes what maps the map to a number of channels.
        boxes: at each place.
        classes: of an object, the background among them.
    """

    def __init__(self, make_layer: Callable[[int], nn.Module], boxes: int, classes: int) -> None:
        super().__init__()
        self.count = boxes
        self.logits, self.offsets = make_layer(boxes * classes), make_layer(boxes * COORDINATES)

    def forward(self, features: Tensor) -> Tensor:
        parts = (self.logits(features), self.offsets(features))
        by_box = (part.unflatten(1, (self.count, -1)).transpose(1, 2).flatten(2) for part in parts)
        return torch.cat(list(by_box), 1)


def _sides(stages: nn.ModuleList, image_shape: ImageShape) -> list[Side]:
    """Of the map of each stage, found without computing one."""
    features = torch.empty((2, *image_shape), device="meta")
    sides = []
    for stage in deepcopy(stages).to("meta").eval():
        features = stage(features)
        height, width = features.shape[2:]
        sides.append((height, width))
    return sides
