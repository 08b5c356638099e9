"""Default boxes: what a detector's predictions are relative to.

Liu, Anguelov, Erhan, Szegedy, Reed, Fu and Berg (2016), "SSD: Single shot multibox detector", ECCV,
section 2.2. At each place of a map, boxes of several forms are centred. Lengths are shares of the
sides of the image.
"""

from collections.abc import Iterator, Sequence
from math import sqrt

import torch
from torch import Tensor

Forms = Sequence[tuple[float, float]]
"""Width and height of the boxes at a place of a map."""

Side = tuple[int, int]
"""Height and width of a map."""


def default_boxes(forms: Sequence[Forms], sides: Sequence[Side]) -> Tensor:
    """The boxes of all maps, (4, boxes) float32: centre x, centre y, width and height.

    A map comes after the other; of a map a form comes after the other, with its rows of places.

    Args:
        forms: of the boxes of each map.
        sides: of each map.
    """
    boxes = []
    for own, (rows, columns) in zip(forms, sides, strict=True):
        y, x = torch.meshgrid(_centres(rows), _centres(columns), indexing="ij")
        for width, height in own:
            parts = (x, y, torch.full_like(x, width), torch.full_like(x, height))
            boxes.append(torch.stack(parts).flatten(1))
    return torch.cat(boxes, 1)


def forms_of(scale: float, following: float, ratios: Sequence[float]) -> list[tuple[float, float]]:
    """The forms of a map: a square of its scale, one between that and the following scale, and a
    wide and a high box of the square's area for each ratio.

    Args:
        scale: side of the square.
        following: that of the next map.
        ratios: of the longer to the shorter side, above 1.
    """
    between = sqrt(scale * following)
    return [(scale, scale), (between, between), *_oblong(scale, ratios)]


def reduced_forms(scale: float) -> list[tuple[float, float]]:
    """Three forms in place of six, for the map with the most places: a square of half the scale,
    and boxes of ratio 2."""
    return [(scale / 2, scale / 2), *_oblong(scale, (2,))]


def _oblong(scale: float, ratios: Sequence[float]) -> Iterator[tuple[float, float]]:
    for ratio in ratios:
        longer, shorter = scale * sqrt(ratio), scale / sqrt(ratio)
        yield longer, shorter
        yield shorter, longer


def _centres(places: int) -> Tensor:
    return (torch.arange(places, dtype=torch.float32) + 0.5) / places
