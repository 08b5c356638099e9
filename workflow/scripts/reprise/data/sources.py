"""What a data set is: its files, layout, classes and sizes, as the configuration describes them."""

import math
import os
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from reprise.data.addresses import expanded, file_name
from reprise.errors import InputError
from reprise.inventory import Entry, find
from reprise.studies.scores import DEFAULT_TASK


@dataclass(frozen=True)
class SourceFile:
    """One file of a data set.

    ``urls`` holds the main address and then the mirrors, with ``${VARIABLE}`` still in place:
    only fetching needs them, so that everything else works where a variable is not set. ``key``
    is the file's place in the configuration, for messages.
    """

    name: str
    urls: tuple[str, ...]
    sha256: str
    key: str

    def addresses(self, environment: Mapping[str, str] = os.environ) -> list[str]:
        """The addresses to try in turn, with environment variables filled in.

        Raises:
            InputError: a variable is not set; the sentence names it and the key.
        """
        return [expanded(url, self.key, environment) for url in self.urls]


@dataclass(frozen=True)
class Source:
    """A data set of labelled square images, or of sequences of a text.

    ``task`` is what a network learns from it. ``pixels`` is the side of an image, or the length of
    a sequence, which has 0 channels; ``classes`` are in the order of the label ids; ``mean``
    and ``std`` normalise pixels that were scaled to 0..1, one number a channel. ``variant`` tells
    other copies of the data from the official one (a JPEG copy, another size). ``folder`` is where
    the user keeps data that is not downloaded, with ``${VARIABLE}`` still in place. ``in_place_of``
    holds what takes the place of augmentations that would change what an image shows, by name.
    ``unnamed_classes`` is the number of classes whose names are in the files alone, such as words.
    """

    name: str
    title: str
    variant: str
    layout: str
    files: tuple[SourceFile, ...]
    classes: tuple[str, ...]
    channels: int
    pixels: int
    train_images: int
    test_images: int
    mean: tuple[float, ...]
    std: tuple[float, ...]
    citation: str
    folder: str | None = None
    in_place_of: Mapping[str, Any] = field(default_factory=dict, hash=False)
    task: str = DEFAULT_TASK
    unnamed_classes: int = 0

    @classmethod
    def of(cls, name: str, entry: Mapping[str, Any]) -> "Source":
        """The data set that a validated entry describes (see ``reprise.data.catalogue``).

        Raises:
            InputError: the entry contradicts itself.
        """
        values = dict(entry)
        values["files"] = tuple(
            _source_file(file, f"datasets.{name}.files[{index}]")
            for index, file in enumerate(entry["files"])
        )
        classes = entry["classes"]
        unnamed = isinstance(classes, int)
        values["classes"] = () if unnamed else tuple(classes)
        values["unnamed_classes"] = classes if unnamed else 0
        for key in ("mean", "std"):
            values[key] = tuple(entry[key])
        source = cls(name=name, **values)
        _check_consistency(source)
        return source

    @property
    def checksums(self) -> tuple[str, ...]:
        """SHA-256 of each file."""
        return tuple(file.sha256 for file in self.files)

    @property
    def available(self) -> bool:
        """Whether there is data to prepare: False while a layout that reads the user's own folder
        lacks one. Nothing is looked up on disk or in the network."""
        return self.folder is not None or not self.in_own_folder

    @property
    def in_own_folder(self) -> bool:
        """Whether it is read from a folder of the user's, since it cannot be downloaded."""
        return _reads_folder(self)

    @property
    def class_count(self) -> int:
        """The number of classes."""
        return len(self.classes) or self.unnamed_classes

    @property
    def token_bytes(self) -> int:
        """Bytes of a token, or of the label of a position."""
        return 1 if self.class_count <= 256 else 4

    @property
    def input_shape(self) -> tuple[int, ...]:
        """The shape of an image, channels first, or of a sequence."""
        return (self.channels, self.pixels, self.pixels) if self.channels else (self.pixels,)

    @property
    def positions(self) -> int:
        """Pixels of a channel of an image, or tokens of a sequence."""
        return math.prod(self.input_shape[1:] or self.input_shape)

    def resized(self, pixels: int | None) -> "Source":
        """The same data set scaled to another side, which is another variant: ``8px`` becomes
        ``16px`` and ``jpeg`` becomes ``jpeg-16px``. None or its own side changes nothing, nor does
        any side change a text."""
        if pixels in (None, self.pixels) or not self.channels:
            return self
        return replace(
            self, pixels=pixels, variant=_joined(self._variant_of_any_side, f"{pixels}px")
        )

    def of_first_classes(self, count: int | None) -> "Source":
        """The images of the first classes alone, which is another variant: ``jpeg`` becomes
        ``jpeg-40classes`` and ``jpeg-16px`` becomes ``jpeg-40classes-16px``. None, or as many as
        there are or more, changes nothing.

        Raises:
            InputError: classes differ in their numbers of images, or have no names.
        """
        if count is None or count >= self.class_count:
            return self
        if not self.may_have_even_classes:
            raise InputError(
                "data.classes: expected images with named classes of as many images each, found "
                f"{self.name}, with {self.class_count} classes, {self.train_images} training and "
                f"{self.test_images} test images"
            )
        side = self.variant[len(self._variant_of_any_side) :].lstrip("-")
        return replace(
            self,
            classes=self.classes[:count],
            train_images=self.train_images // len(self.classes) * count,
            test_images=self.test_images // len(self.classes) * count,
            variant=_joined(self._variant_of_any_side, f"{count}classes", side),
        )

    @property
    def may_have_even_classes(self) -> bool:
        """Whether each image has one class with a name, and the numbers of images are multiples of
        that of classes. Only the files show whether every class has as many."""
        counts = (self.train_images, self.test_images)
        named = self.task == DEFAULT_TASK and bool(self.classes)
        return named and not any(count % len(self.classes) for count in counts)

    @property
    def _variant_of_any_side(self) -> str:
        return self.variant.removesuffix(f"{self.pixels}px").rstrip("-")


def _joined(*parts: str) -> str:
    return "-".join(part for part in parts if part)


def _reads_folder(source: Source) -> bool:
    return _layout(source).description.get("folder", False)


def _layout(source: Source) -> Entry:
    return find("layout", source.layout, f"datasets.{source.name}.layout")


def _source_file(entry: Mapping[str, Any], key: str) -> SourceFile:
    return SourceFile(
        name=file_name(entry["url"]),
        urls=(entry["url"], *entry["mirrors"]),
        sha256=entry["sha256"],
        key=key,
    )


def _check_consistency(source: Source) -> None:
    place = f"datasets.{source.name}"
    find("task", source.task, f"{place}.task")
    if source.unnamed_classes and not _layout(source).description.get("names_classes", False):
        raise InputError(f"{place}.classes must list the names of the classes, found a number")
    for key in ("mean", "std"):
        found = len(getattr(source, key))
        if found != source.channels:
            raise InputError(
                f"{place}.{key} must hold one number for each of {source.channels} channels, "
                f"found {found}"
            )
    for name in source.in_place_of:
        find("augmentation", name, f"{place}.in_place_of")
    names = [file.name for file in source.files]
    if len(set(names)) != len(names):
        raise InputError(f"{place}.files must end in different file names, found {names}")
    if source.folder is not None and not _reads_folder(source):
        raise InputError(
            f"{place}.folder is for layouts that read a folder, and layout {source.layout} reads "
            "files: name them under files"
        )
