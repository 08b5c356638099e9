"""The archive of TinyImageNet: a folder a class for training, a list of labels for validation.

Format: http://cs231n.stanford.edu/tiny-imagenet-200.zip: train/<class>/images/<file>,
val/images/<file>, and val/val_annotations.txt, which has a line for each file of val/images: its
name, its class and four numbers of a box, divided by tabs. Classes are WordNet ids. The files of
test/images have no labels.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from reprise.data.archives import members
from reprise.data.image_files import ImageFile, check_channels, decode_splits
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import Splits, check_count, check_every_class, check_files, class_label
from reprise.errors import InputError


@dataclass
class _Contents:
    """What an archive holds: labels of the training images, validation images by name, and the
    text of the annotations."""

    train: dict[ImageFile, int] = field(default_factory=dict)
    validation: dict[str, ImageFile] = field(default_factory=dict)
    annotations: bytes | None = None


@layouts.register("tiny-imagenet")
def decode(source: Source, files: list[Path]) -> Splits:
    """One tar or zip archive, in whatever outer folder; its validation images are the test split.

    Images are in the order of their paths, so that the order in the archive does not matter.
    Hidden files and files outside of the layout are passed over.
    """
    check_files(source, files, "one archive", 1)
    check_channels(source)
    contents = _contents(source, files[0])
    train = dict(sorted(contents.train.items()))
    test = _validation_labels(source, files[0], contents)
    for split, labels, expected in (
        ("train", train, source.train_images),
        ("val", test, source.test_images),
    ):
        place = f"the folder {split} of {files[0]}"
        check_every_class(source, labels.values(), place)
        check_count(len(labels), expected, place, (str(file.path) for file in labels))
    return decode_splits(source, train, test)


def _contents(source: Source, archive: Path) -> _Contents:
    contents = _Contents()
    for member in members(archive):
        file = ImageFile(archive, member.path)
        match member.path.parts[-4:]:
            case (*_, name) if name.startswith("."):
                continue
            case ("train", folder, "images", _):
                contents.train[file] = class_label(source, folder, f"{archive}, folder train")
            case (*_, "val", "images", name):
                contents.validation[name] = file
            case (*_, "val", "val_annotations.txt"):
                contents.annotations = member.read()
    return contents


def _validation_labels(source: Source, archive: Path, contents: _Contents) -> dict[ImageFile, int]:
    """The label of each validation image, in the order of paths."""
    if contents.annotations is None:
        raise InputError(f"{archive} must hold val/val_annotations.txt and does not")
    labels = _annotations(source, archive, contents.annotations)
    images = contents.validation
    for name in sorted(labels.keys() ^ images.keys()):
        annotated, other = "annotates", "which is not in val/images"
        if name in images:
            annotated, other = "does not annotate", "which is in val/images"
        raise InputError(f"val_annotations.txt in {archive} {annotated} {name}, {other}")
    return {images[name]: labels[name] for name in sorted(images)}


def _annotations(source: Source, archive: Path, content: bytes) -> Mapping[str, int]:
    """The label of each image name."""
    where = f"val_annotations.txt in {archive}"
    try:
        lines = content.decode("utf-8").splitlines()
    except UnicodeDecodeError as error:
        raise InputError(f"{where} must be text in UTF-8 ({error})") from error
    labels: dict[str, int] = {}
    for number, line in enumerate(lines, start=1):
        name, *fields = line.split("\t")
        if not fields or name in labels:
            raise InputError(
                f"{where}, line {number}: expected is the name of an image that no earlier line "
                f"has, and its class after a tab, found {line!r}"
            )
        labels[name] = class_label(source, fields[0], f"{where}, line {number},")
    return labels
