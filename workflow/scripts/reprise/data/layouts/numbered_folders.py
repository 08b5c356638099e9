"""A numbered folder a class: <number>.<class>/<file>.jpg.

So come the categories of https://data.caltech.edu/records/nyy15-4j048: 001.ak47 to 256.toad, and
257.clutter, which belongs to no category.
"""

import re
from collections import Counter
from pathlib import Path

import numpy as np

from reprise.data.image_files import ImageFile, check_channels, decode_splits, image_files
from reprise.data.image_fitting import centred
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import (
    Splits,
    check_equal_shares,
    check_every_class,
    check_files,
    class_label,
)
from reprise.data.stratification import equal_split
from reprise.errors import InputError

_FOLDER = re.compile(r"(\d+)\.(.+)")
_IMAGES = frozenset({".jpg", ".jpeg", ".png"})


@layouts.register("numbered-folders")
def decode(source: Source, files: list[Path]) -> Splits:
    """One archive of images of any size in folders <number>.<class>, in whatever outer folder.

    There is no test set among such files and classes have more or fewer images. The split is
    random, fixed, and takes the same number of training and of test images of every class (see
    ``equal_split``, which gets the images of a class in the order of their names); other images are
    unused. Numbers count the source's classes from 1; folders of higher numbers are passed over,
    and so is everything that is no .jpg or .png file right in a numbered folder. Images are scaled
    by their short side and cut to the square at the centre.
    """
    check_files(source, files, "one archive", 1)
    check_channels(source)
    check_equal_shares(source)
    labels = _labels(source, files[0])
    check_every_class(source, labels.values(), str(files[0]))
    classes = len(source.classes)
    shares = source.train_images // classes, source.test_images // classes
    _check_enough(source, labels, sum(shares), files[0])
    found = list(labels)
    train, test = (
        {found[place]: labels[found[place]] for place in places.tolist()}
        for places in equal_split(np.array(list(labels.values())), *shares)
    )
    return decode_splits(source, train, test, centred)


def _labels(source: Source, archive: Path) -> dict[ImageFile, int]:
    """The label of each image, in the order of folder and file name."""
    labels: dict[ImageFile, int] = {}
    for file in sorted(image_files([archive]), key=lambda file: file.path.parts[-2:]):
        match = _FOLDER.fullmatch(file.path.parent.name)
        if match and file.path.suffix.lower() in _IMAGES:
            number, name = int(match.group(1)), match.group(2)
            if number <= len(source.classes):
                labels[file] = _label(source, number, name, archive)
    return labels


def _label(source: Source, number: int, name: str, archive: Path) -> int:
    label = class_label(source, name, str(archive))
    if label != number - 1:
        raise InputError(
            f"{archive} gives class {name} the number {number}, and datasets.{source.name}.classes "
            f"lists it as number {label + 1}"
        )
    return label


def _check_enough(source: Source, labels: dict[ImageFile, int], needed: int, archive: Path) -> None:
    for label, count in Counter(labels.values()).items():
        if count < needed:
            raise InputError(
                f"{archive} holds {count} images of class {source.classes[label]}, at least "
                f"{needed} are needed of each class"
            )
