"""A folder of the user's with one folder a class: train/<class>/<file> and val/<class>/<file>.

So is ImageNet unpacked for torchvision (``torchvision.datasets.ImageFolder``); it may not be passed
on, so that nothing can be downloaded.
"""

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

from reprise.data.addresses import expanded
from reprise.data.image_files import Fit, check_channels, image_pixels
from reprise.data.image_fitting import centred, centred_closely
from reprise.data.layouts.names import layouts
from reprise.data.sources import Source
from reprise.data.splits import (
    ImageStream,
    Splits,
    check_count,
    check_every_class,
    check_files,
    class_label,
)
from reprise.errors import InputError

SEEN_SHARE = 0.875
"""Of the side of an image with a margin: what a network sees of it, 224 of 256 pixels."""


class _ClassFolder(NamedTuple):
    """A class's folder in a split, its label and the names of its files."""

    path: Path
    label: int
    names: list[str]


@layouts.register("image-folder", folder=True, streamed=True)
def decode(source: Source, files: list[Path]) -> Splits:
    """No files: images of any size in the source's folder; those under val are the test split.

    Images are in the order of class folder and file name and are decoded one by one while they are
    written. The square at the centre with 224/256 of the short side is scaled to the source's side.
    Hidden files and files beside the class folders are passed over.
    """
    return _decoded(source, files, centred_closely)


@layouts.register("image-folder-margin", folder=True, streamed=True, seen=0.875)
def decode_with_margin(source: Source, files: list[Path]) -> Splits:
    """As ``decode``, with a margin around what a network sees, from which random crops take more.

    The largest square at the centre is scaled to the source's side divided by 0.875, to 256 pixels
    for a side of 224, of which a network that is tested sees the inner 224. So does the recipe of
    torchvision for ImageNet: ``Resize(256)``, then ``CenterCrop(224)``.
    """
    return _decoded(replace(source, pixels=round(source.pixels / SEEN_SHARE)), files, centred)


def _decoded(source: Source, files: list[Path], fit: Fit) -> Splits:
    check_files(source, files, "no files", 0)
    check_channels(source)
    root = _root(source)
    train = _class_folders(source, root / "train", source.train_images)
    test = _class_folders(source, root / "val", source.test_images)
    images = [_images(source, folders, fit) for folders in (train, test)]
    return Splits(images[0], _labels(train), images[1], _labels(test))


def _root(source: Source) -> Path:
    key = f"datasets.{source.name}.folder"
    if source.folder is None:
        raise InputError(
            f"data set {source.name} cannot be downloaded: name the folder in which you have its "
            f"train and val folders as {key} in the configuration"
        )
    root = Path(expanded(source.folder, key)).expanduser()
    for split in ("train", "val"):
        if not (root / split).is_dir():
            raise InputError(
                f"{key} is {root}, which must hold the folders train and val with a folder for "
                f"each class, and {split} is no folder there"
            )
    return root


def _class_folders(source: Source, split: Path, expected: int) -> list[_ClassFolder]:
    try:
        folders = [
            _ClassFolder(path, class_label(source, path.name, str(split)), _file_names(path))
            for path in sorted(split.iterdir())
            if path.is_dir() and not path.name.startswith(".")
        ]
    except OSError as error:
        raise InputError(f"{error.filename} cannot be read: {error.strerror}") from error
    filled = [folder.label for folder in folders if folder.names]
    check_every_class(source, filled, str(split))
    names = [f"{folder.path.name}/{name}" for folder in folders for name in folder.names]
    check_count(len(names), expected, str(split), names)
    return folders


def _file_names(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        names = [entry.name for entry in entries if entry.is_file()]
    return sorted(name for name in names if not name.startswith("."))


def _images(source: Source, folders: list[_ClassFolder], fit: Fit) -> ImageStream:
    def blocks() -> Iterator[np.ndarray]:
        for folder in folders:
            for name in folder.names:
                path = folder.path / name
                yield image_pixels(source, _content(path), str(path), fit)[np.newaxis]

    count = sum(len(folder.names) for folder in folders)
    return ImageStream((count, source.channels, source.pixels, source.pixels), blocks)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise InputError(f"{path} cannot be read: {error.strerror}") from error


def _labels(folders: list[_ClassFolder]) -> np.ndarray:
    labels = np.array([folder.label for folder in folders], np.int64)
    return np.repeat(labels, [len(folder.names) for folder in folders])
