"""Scenes of handwritten digits: a miniature of pictures with things on them, drawn from a seed.

Each scene is a textured canvas with a few round signs, brighter than the canvas, each with one of
scikit-learn's digits. Training scenes have digits that no test scene has.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

from reprise.data.layouts.digits import read_digits
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import OBJECT_NUMBERS, Splits, check_files
from reprise.data.stratification import stratified_split
from reprise.errors import InputError

DIGITS = 10
# Of those that scikit-learn has, as many as the digits themselves train with.
TRAINING_DIGITS, TEST_DIGITS = 1000, 797
MOST_SIGNS = 2
# Diameters of a sign, as shares of the side of the canvas; a digit is drawn on the square in it.
SMALLEST, LARGEST = 0.5, 0.7
CANVAS_GREYS, SIGN_GREYS, INK_GREYS = (40, 130), (180, 255), (0, 50)
TEXTURE_PLACES = 6
TEXTURE_GREYS, GRAIN_GREYS = 30.0, 8.0
SEEN = 0.5
"""The share of a sign that has to be seen for it to count as an object."""


@dataclass(frozen=True)
class Scene:
    """A canvas with signs.

    Attributes:
        image: (side, side) uint8.
        mask: (side, side) uint8, 0 for the canvas and 1 to 10 for signs with the digits 0 to 9.
        boxes: (signs, 5) int64 in the order in which they were drawn: class as in the mask, and
            first row, first column, last row and last column, the last ones excluded, whether or
            not a later sign lies over it.
    """

    image: np.ndarray
    mask: np.ndarray
    boxes: np.ndarray


@layouts.register("digit-scenes")
def decode(source: Source, files: list[Path]) -> Splits:
    """No files; the labels are masks. The classes are the canvas, and then signs with the digits
    from 0 on, ten at most."""
    return _splits(source, files, lambda scenes: np.stack([scene.mask for scene in scenes]))


@layouts.register("digit-scene-boxes")
def decode_boxes(source: Source, files: list[Path]) -> Splits:
    """The same scenes; the labels are the classes and boxes of the signs of which half or more is
    to be seen."""
    return _splits(source, files, _objects)


def _splits(
    source: Source, files: list[Path], labels_of: Callable[[Sequence[Scene]], np.ndarray]
) -> Splits:
    check_files(source, files, "no files", 0)
    digits = len(source.classes) - 1
    if source.channels != 1 or digits > DIGITS:
        raise InputError(
            f"datasets.{source.name} must have 1 channel and at most {DIGITS + 1} classes for "
            f"layout {source.layout}, the canvas and the digits, found {source.channels} and "
            f"{digits + 1}"
        )
    images, labels = read_digits()
    parts = stratified_split(labels, TRAINING_DIGITS, TEST_DIGITS)
    counts = (source.train_images, source.test_images)
    splits = []
    for number, (part, count) in enumerate(zip(parts, counts, strict=True)):
        own = part[labels[part] < digits]
        scenes = [
            draw_scene(images[own], labels[own], source.pixels, (number, scene))
            for scene in range(count)
        ]
        splits.append(np.stack([scene.image for scene in scenes])[:, np.newaxis])
        splits.append(labels_of(scenes))
    return Splits(*splits)


def _objects(scenes: Sequence[Scene]) -> np.ndarray:
    """(scenes, signs, 5) as ``Splits`` says."""
    objects = np.zeros((len(scenes), MOST_SIGNS, OBJECT_NUMBERS), np.float32)
    for own, scene in zip(objects, scenes, strict=True):
        side = len(scene.image)
        seen = scene.boxes[seen_shares(scene.boxes, side) >= SEEN]
        label, top, left, bottom, right = seen.T
        own[: len(seen)] = np.stack([label, *(x / side for x in (left, top, right, bottom))], 1)
    return objects


def seen_shares(boxes: np.ndarray, side: int) -> np.ndarray:
    """What share of each sign later ones leave to be seen.

    Args:
        boxes: of a scene.
        side: of its canvas.
    """
    top_sign = np.full((side, side), -1)
    areas = []
    for number, (_, top, left, bottom, right) in enumerate(boxes):
        disc = _disc(bottom - top)
        top_sign[top:bottom, left:right][disc] = number
        areas.append(disc.sum())
    return np.array([(top_sign == number).sum() / area for number, area in enumerate(areas)])


def draw_scene(digits: np.ndarray, labels: np.ndarray, side: int, seed: Sequence[int]) -> Scene:
    """One scene, the same for the same seed everywhere: the numbers are those of NumPy's
    RandomState.

    Args:
        digits: to choose from, (digits, 8, 8) from 0 to 1.
        labels: their classes, 0 to 9.
        side: of the canvas, in pixels.
        seed: of the scene.
    """
    random = np.random.RandomState(list(seed))
    image = _canvas(random, side)
    mask = np.zeros((side, side), np.uint8)
    boxes = []
    for _ in range(random.randint(1, MOST_SIGNS + 1)):
        chosen = random.randint(len(digits))
        size = random.randint(round(SMALLEST * side), round(LARGEST * side) + 1)
        top, left = random.randint(0, side - size + 1, 2)
        part = np.s_[top : top + size, left : left + size]
        disc, ink = _disc(size), _ink(digits[chosen], size)
        sign = random.uniform(*SIGN_GREYS)
        image[part][disc] = (sign + ink * (random.uniform(*INK_GREYS) - sign))[disc]
        mask[part][disc] = labels[chosen] + 1
        boxes.append((labels[chosen] + 1, top, left, top + size, left + size))
    grain = random.normal(0, GRAIN_GREYS, (side, side))
    pixels = np.rint(image + grain).clip(0, 255).astype(np.uint8)
    return Scene(pixels, mask, np.array(boxes, np.int64))


def _canvas(random: np.random.RandomState, side: int) -> np.ndarray:
    """A grey with soft spots, (side, side)."""
    spots = random.normal(0, TEXTURE_GREYS, (TEXTURE_PLACES, TEXTURE_PLACES))
    return random.uniform(*CANVAS_GREYS) + _enlarged(spots, side)


def _enlarged(image: np.ndarray, side: int) -> np.ndarray:
    """A small image at another side, bilinear."""
    plane = Image.fromarray(image.astype(np.float32))
    return np.asarray(plane.resize((side, side), Image.Resampling.BILINEAR), np.float64)


def _disc(size: int) -> np.ndarray:
    """The pixels of a disc that touches all four sides of its square, (size, size)."""
    offsets = np.arange(size) - (size - 1) / 2
    return offsets[:, np.newaxis] ** 2 + offsets**2 <= (size / 2) ** 2


def _ink(digit: np.ndarray, size: int) -> np.ndarray:
    """A digit in the square in a disc of this diameter, from 0 to 1, (size, size)."""
    inner = round(size / np.sqrt(2))
    border = (size - inner) // 2
    return np.pad(_enlarged(digit, inner), (border, size - inner - border))
