"""Images numbered through, the same number of each class in the order of the classes.

So come the flowers of https://www.robots.ox.ac.uk/~vgg/data/flowers/17/: image_0001.jpg to
image_0080.jpg are of the first class, the next eighty of the second, and so on.
"""

import re
from pathlib import Path

import numpy as np

from reprise.data.image_files import ImageFile, check_channels, decode_splits, image_files
from reprise.data.image_fitting import stretched
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_equal_shares, check_files
from reprise.data.stratification import stratified_split
from reprise.errors import InputError

_NUMBERED = re.compile(r"\D*(\d+)\.(?:jpe?g|png)", re.IGNORECASE)


@layouts.register("numbered-images")
def decode(source: Source, files: list[Path]) -> Splits:
    """One archive of images of any size, <name><number>.jpg or .png, numbered from 1.

    There is no test set among such files. The split is random, fixed, and gives every class the
    same number of training and of test images. Whole images are scaled to the source's side.
    """
    check_files(source, files, "one archive", 1)
    check_channels(source)
    check_equal_shares(source)
    found = _by_number(files[0])
    count = source.train_images + source.test_images
    check_count(len(found), count, str(files[0]))
    for number in range(1, count + 1):
        if number not in found:
            raise InputError(
                f"{files[0]} holds no image with number {number}, images 1 to {count} are expected"
            )
    labels = np.repeat(np.arange(len(source.classes)), count // len(source.classes))
    train, test = (
        {found[place + 1]: int(labels[place]) for place in places.tolist()}
        for places in stratified_split(labels, source.train_images, source.test_images)
    )
    return decode_splits(source, train, test, stretched)


def _by_number(archive: Path) -> dict[int, ImageFile]:
    found: dict[int, ImageFile] = {}
    for file in image_files([archive]):
        if match := _NUMBERED.fullmatch(file.path.name):
            other = found.setdefault(int(match.group(1)), file)
            if other != file:
                raise InputError(
                    f"{archive} holds {other.path} and {file.path}, which have the same number"
                )
    return found
