"""The archives of COCO: the boxes of objects in JSON, and photographs of any size.

Format: https://cocodataset.org/#format-data ("Object Detection"): ``images`` with id, file_name,
width and height; ``categories`` with id, from 1 to 90 with gaps, and name; ``annotations`` with
image_id, category_id, iscrowd and bbox, which is left, top, width and height in pixels.
"""

import json
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from reprise.data.archives import members
from reprise.data.image_files import annotated_image, channels_first, check_channels
from reprise.data.image_fitting import stretched
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import (
    OBJECT_NUMBERS,
    ImageStream,
    Splits,
    check_count,
    check_files,
    class_label,
)
from reprise.errors import InputError


class _Annotation(NamedTuple):
    """What is kept of an annotation: outlines, which are most of the file, are not."""

    number: int
    image: int
    category: int
    box: tuple[float, ...]
    crowd: bool


class _Image(NamedTuple):
    """What is kept of an image: number, name of the file, width and height."""

    number: int
    name: str
    size: tuple[int, int]


@dataclass(frozen=True)
class _Contents:
    """What a JSON file says: images by the names of their files, and the objects of each image by
    its number, each with class and box (see ``reprise.data.splits.Splits``)."""

    images: Mapping[str, _Image]
    objects: Mapping[int, list[tuple[float, ...]]]


# The JSON of the training images is 450 MB, as bytes and then as text.
@layouts.register("coco-detection", streamed=True, megabytes=2500)
def decode(source: Source, files: list[Path]) -> Splits:
    """The archive of annotations, that of training images and that of test images.

    The first holds instances_train<any>.json and instances_val<any>.json. Of the classes the first
    is the background; the others have the names of the categories. Whole photographs are scaled to
    the source's side without keeping their proportions, as SSD's authors do. An image has as many
    places for objects as the one with most objects has, so that none is left out. Boxes are cut off
    at the borders of their images. Regions that are a crowd have the class with a minus. Images are
    in the order of their archive, and in memory one at a time.
    """
    meaning = "an archive of annotations, one of training images and one of test images"
    check_files(source, files, meaning, 3)
    check_channels(source)
    arrays: list[Any] = []
    counts = (source.train_images, source.test_images)
    contents = _annotations(source, files[0])
    for split, archive, expected in zip(("train", "val"), files[1:], counts, strict=True):
        if split not in contents:
            raise InputError(f"{files[0]} must hold instances_{split}<year>.json and does not")
        own = contents[split]
        where = f"instances_{split} in {files[0]}"
        check_count(len(own.images), expected, where)
        order = _order(own, archive, where)
        shape = (len(order), source.channels, source.pixels, source.pixels)
        arrays.append(ImageStream(shape, partial(_pictures, source, archive, own.images)))
        arrays.append(_objects(own, order))
    return Splits(*arrays)


def _annotations(source: Source, archive: Path) -> Mapping[str, _Contents]:
    """What the JSON files say by split."""
    contents = {}
    for member in members(archive):
        for split in ("train", "val"):
            if member.path.name.startswith(f"instances_{split}") and member.path.suffix == ".json":
                contents[split] = _contents(source, member.read(), f"{member.path} in {archive}")
    return contents


def _contents(source: Source, content: bytes, place: str) -> _Contents:
    with _as_described(place):
        found = json.loads(content, object_hook=_kept)
        images = {image.number: image for image in found["images"]}
        labels = {
            number: class_label(source, name, place)
            for number, name in ((kind["id"], kind["name"]) for kind in found["categories"])
        }
        objects: defaultdict[int, list[tuple[float, ...]]] = defaultdict(list)
        counted: Counter[str] = Counter()
        for annotation in found["annotations"]:
            where = f"{place}, annotation {annotation.number},"
            if annotation.category not in labels:
                raise InputError(
                    f"{where} is of category {annotation.category}, which is none of the "
                    f"{len(labels)} categories there"
                )
            if annotation.image not in images:
                raise InputError(f"{where} is of image {annotation.image}, which is not there")
            box = _shares(annotation.box, images[annotation.image].size, where)
            counted["without area" if box is None else "crowds" if annotation.crowd else "all"] += 1
            if box is not None:
                label = labels[annotation.category] * (-1 if annotation.crowd else 1)
                objects[annotation.image].append((label, *box))
    print(
        f"{place}: {counted['all']} boxes of objects and {counted['crowds']} of crowds; "
        f"{counted['without area']} without area are left out"
    )
    return _Contents({image.name: image for image in images.values()}, objects)


def _kept(found: dict[str, Any]) -> Any:
    """Of an object of the file what is asked for here, as soon as it is read."""
    if "bbox" in found:
        box = tuple(found["bbox"])
        crowd = bool(found.get("iscrowd", 0))
        return _Annotation(found["id"], found["image_id"], found["category_id"], box, crowd)
    if "file_name" in found:
        return _Image(found["id"], found["file_name"], (found["width"], found["height"]))
    return found


@contextmanager
def _as_described(place: str) -> Iterator[None]:
    try:
        yield
    except InputError:
        raise
    except (ValueError, LookupError, TypeError, AttributeError) as error:
        problem = " ".join(str(error).split())
        raise InputError(
            f"{place} must be JSON with images, annotations and categories as COCO describes them "
            f"({type(error).__name__}: {problem})"
        ) from error


def _shares(box: tuple[float, ...], size: tuple[int, int], where: str) -> tuple[float, ...] | None:
    """Left, top, right and bottom as shares of the image's sides; None of a box without area."""
    left, top, width, height = box
    if not all(map(math.isfinite, box)) or width < 0 or height < 0:
        raise InputError(f"{where} has the box {list(box)}, which is none")
    if width == 0 or height == 0:
        return None
    shares = (left / size[0], top / size[1], (left + width) / size[0], (top + height) / size[1])
    cut = tuple(min(max(share, 0.0), 1.0) for share in shares)
    if cut[0] >= cut[2] or cut[1] >= cut[3]:
        raise InputError(
            f"{where} has the box {list(box)}, which lies outside its image of {size[0]} x "
            f"{size[1]} pixels"
        )
    return cut


def _order(contents: _Contents, archive: Path, where: str) -> list[_Image]:
    """The images in the order in which an archive holds them."""
    found = {member.path.name: None for member in members(archive)}
    if missing := sorted(contents.images.keys() - found.keys()):
        raise InputError(
            f"{archive} must hold the images that {where} names and lacks {missing[0]} and "
            f"{len(missing) - 1} others"
        )
    return [contents.images[name] for name in found if name in contents.images]


def _objects(contents: _Contents, order: list[_Image]) -> np.ndarray:
    """(images, objects, 5) float32."""
    own = [contents.objects.get(image.number, []) for image in order]
    most = max(map(len, own), default=0)
    objects = np.zeros((len(own), max(most, 1), OBJECT_NUMBERS), np.float32)
    for row, found in zip(objects, own, strict=True):
        if found:
            row[: len(found)] = found
    return objects


def _pictures(source: Source, archive: Path, images: Mapping[str, _Image]) -> Iterator[np.ndarray]:
    for member in members(archive):
        image = images.get(member.path.name)
        if image is not None:
            place = f"{member.path} in {archive}"
            picture = annotated_image(source, member.read(), place, image.size)
            yield channels_first(stretched(picture, source.pixels))[np.newaxis]
