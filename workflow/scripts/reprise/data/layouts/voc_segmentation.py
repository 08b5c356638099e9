"""The archive of PASCAL VOC 2012, and that of the Semantic Boundaries Dataset with further masks.

Formats: http://host.robots.ox.ac.uk/pascal/VOC/voc2012/ (JPEGImages/<name>.jpg,
SegmentationClass/<name>.png whose colors are numbers of classes, and the lists train.txt and
val.txt in ImageSets/Segmentation) and http://home.bharathh.info/pubs/codes/SBD/download.html
(B. Hariharan and others, Semantic Contours from Inverse Detectors, ICCV 2011:
dataset/cls/<name>.mat with masks of images of VOC, and the lists dataset/train.txt and
dataset/val.txt).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

from reprise.data.archives import members
from reprise.data.image_files import (
    annotated_image,
    channels_first,
    check_channels,
    opened_image,
)
from reprise.data.image_fitting import padded
from reprise.data.layouts.names import layouts
from reprise.data.matlab_files import matlab_variable
from reprise.data.sources import Source
from reprise.data.splits import RowStream, Splits, check_count
from reprise.errors import InputError

WITHOUT_CLASS = 255
"""What VOC's masks have at pixels that count nowhere, such as the borders of objects."""

INDEXED_MODES = ("P", "L")
"""Pillow's modes of pictures whose pixels are numbers."""


@dataclass
class _Annotations:
    """What the archives say of images, by the images' names.

    Attributes:
        lists: names by the lists, ``train`` and ``val`` of VOC and ``more`` of both lists of SBD.
        masks: archive and contents of the mask files, which are a few kilobytes each; VOC's own
            where both have one.
        images: in the order of the archive.
    """

    lists: dict[str, set[str]] = field(default_factory=dict)
    masks: dict[str, tuple[Path, bytes]] = field(default_factory=dict)
    images: list[str] = field(default_factory=list)


# The mask files are kept in memory.
@layouts.register("voc-segmentation", streamed=True, megabytes=500)
def decode(source: Source, files: list[Path]) -> Splits:
    """The archive of VOC 2012, and that of SBD or none.

    Test images are those of VOC's list ``val``; training images are those of ``train`` and of both
    lists of SBD, without the test images. Images keep their size: each lies at the top left of a
    square of the source's side, filled up with the mean color, which has no class. So the authors
    of DeepLab pad them (tensorflow/models, research/deeplab/input_preprocess.py). Images are in
    the order of the archive, and in memory one at a time.
    """
    if len(files) not in (1, 2):
        raise InputError(
            f"datasets.{source.name}.files: layout {source.layout} needs the archive of VOC 2012, "
            f"and after it that of SBD or none, found {len(files)} files"
        )
    check_channels(source)
    annotations = _Annotations()
    # SBD first, so that VOC's own masks take the place of its.
    for file in files[1:]:
        _read_sbd(annotations, file)
    _read_voc(annotations, files[0])
    splits: list[RowStream] = []
    test = annotations.lists["val"]
    train = (annotations.lists["train"] | annotations.lists.get("more", set())) - test
    for names, expected in ((train, source.train_images), (test, source.test_images)):
        _check_names(annotations, names, expected, files)
        splits += _split(source, files[0], annotations, names)
    return Splits(*splits)


def _read_voc(annotations: _Annotations, archive: Path) -> None:
    for member in members(archive):
        match member.path.parts:
            case (*_, "JPEGImages", _):
                annotations.images.append(member.path.stem)
            case (*_, "SegmentationClass", _):
                annotations.masks[member.path.stem] = archive, member.read()
            case (*_, "ImageSets", "Segmentation", "train.txt" | "val.txt"):
                annotations.lists[member.path.stem] = _names(member.read(), archive)
    for name in ("train", "val"):
        if name not in annotations.lists:
            raise InputError(
                f"{archive} must hold the list ImageSets/Segmentation/{name}.txt and does not"
            )


def _read_sbd(annotations: _Annotations, archive: Path) -> None:
    lists: dict[str, set[str]] = {}
    for member in members(archive):
        match member.path.parts:
            case (*_, "dataset", "cls", _):
                annotations.masks[member.path.stem] = archive, member.read()
            case (*_, "dataset", "train.txt" | "val.txt"):
                lists[member.path.stem] = _names(member.read(), archive)
    if len(lists) < 2:
        raise InputError(f"{archive} must hold the lists dataset/train.txt and dataset/val.txt")
    annotations.lists["more"] = set.union(*lists.values())


def _names(content: bytes, archive: Path) -> set[str]:
    try:
        return set(content.decode("ascii").split())
    except UnicodeDecodeError as error:
        raise InputError(f"{archive} has a list of images that is no text ({error})") from error


def _check_names(
    annotations: _Annotations, names: set[str], expected: int, files: list[Path]
) -> None:
    where = f"the lists of {' and '.join(map(str, files))}"
    for found, what in ((annotations.images, "image"), (annotations.masks, "mask")):
        if missing := sorted(names - set(found)):
            raise InputError(
                f"{where} name {missing[0]}, of which there is no {what} (nor of "
                f"{len(missing) - 1} others)"
            )
    check_count(len(names), expected, where)


def _split(
    source: Source, archive: Path, annotations: _Annotations, names: set[str]
) -> Sequence[RowStream]:
    """The images of these names, and their masks."""
    order = [name for name in annotations.images if name in names]
    side = source.pixels
    masks = partial(_masks, source, annotations, order)
    images = partial(_images, source, archive, annotations, names)
    return (
        RowStream((len(order), source.channels, side, side), images),
        RowStream((len(order), side, side), masks),
    )


def _images(
    source: Source, archive: Path, annotations: _Annotations, names: set[str]
) -> Iterator[np.ndarray]:
    mean = tuple(round(255 * mean) for mean in source.mean)
    fill = mean if source.channels > 1 else mean[0]
    for member in members(archive):
        name = member.path.stem
        if member.path.parent.name == "JPEGImages" and name in names:
            height, width = _mask(source, annotations, name).shape
            place = f"{member.path} in {archive}"
            picture = annotated_image(source, member.read(), place, (width, height))
            yield channels_first(padded(picture, source.pixels, fill))[np.newaxis]


def _masks(source: Source, annotations: _Annotations, order: list[str]) -> Iterator[np.ndarray]:
    for name in order:
        mask = Image.fromarray(_mask(source, annotations, name))
        square = padded(mask, source.pixels, WITHOUT_CLASS, Image.Resampling.NEAREST)
        yield np.asarray(square)[np.newaxis]


def _mask(source: Source, annotations: _Annotations, name: str) -> np.ndarray:
    """The class of each pixel of an image, (height, width) uint8."""
    archive, content = annotations.masks[name]
    place = f"the mask of {name} in {archive}"
    if content.startswith(b"MATLAB"):
        mask = matlab_variable(archive, "GTcls", content)["Segmentation"][0, 0]
    else:
        with opened_image(content, place) as picture:
            if picture.mode not in INDEXED_MODES:
                raise InputError(
                    f"{place} must be a picture whose pixels are numbers of classes, and is one of "
                    f"colors (Pillow's mode {picture.mode})"
                )
            mask = np.asarray(picture)
    _check_mask(source, mask, place)
    return mask.astype(np.uint8)


def _check_mask(source: Source, mask: np.ndarray, place: str) -> None:
    if mask.ndim != 2:
        raise InputError(f"{place} must have height and width, and has {mask.ndim} axes")
    largest = len(source.classes) - 1
    wrong = mask[(mask != WITHOUT_CLASS) & ((mask < 0) | (mask > largest))]
    if wrong.size:
        raise InputError(
            f"{place} has class {wrong[0]}: data set {source.name} has classes 0 to {largest}, and "
            f"{WITHOUT_CLASS} for pixels without one"
        )
