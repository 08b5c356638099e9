"""From a data set's files to its prepared file."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image

from reprise.data.integrity import sha256_of
from reprise.data.layouts import layouts
from reprise.data.prepared import write_prepared
from reprise.data.sources import Source
from reprise.data.splits import ImageStream, RowStream, Splits, image_blocks
from reprise.errors import InputError


def prepare(
    source: Source,
    files: list[Path],
    destination: Path,
    pixels: int | None = None,
    first_classes: int | None = None,
) -> None:
    """Decode a data set's files, check them, and write the prepared file.

    Args:
        source: what the files must hold.
        files: one path for each of ``source.files``, in their order.
        pixels: side to which images are resized (bilinear; the class of a pixel is that of the
            nearest); None keeps the source's.
        first_classes: number of classes whose images are kept; None keeps all.

    Raises:
        InputError: a file is missing, is another file than the source names, or does not hold
            what the source says; nothing is left of the attempt.
    """
    _check_contents(source, files)
    splits = layouts[source.layout](source, files)
    result = source.resized(pixels).of_first_classes(first_classes)
    if result.class_count != source.class_count:
        splits = _of_classes(result, splits)
    if result.pixels != source.pixels:
        # Images may have a margin, which is resized with them.
        side = round(splits.train_images.shape[2] * result.pixels / source.pixels)
        splits = replace(
            splits,
            train_images=_resized(splits.train_images, side),
            train_labels=_resized_labels(splits.train_labels, side),
            test_images=_resized(splits.test_images, side),
            test_labels=_resized_labels(splits.test_labels, side),
        )
    write_prepared(result, splits, destination)


def _check_contents(source: Source, files: list[Path]) -> None:
    """Provenance names these checksums, so they are those of the files that are decoded."""
    if len(files) != len(source.files):
        raise InputError(
            f"data set {source.name} has {len(source.files)} files, {len(files)} were given"
        )
    for path, expected in zip(files, source.files, strict=True):
        if not path.is_file():
            raise InputError(f"{path} is expected for {expected.key} and is no file")
        found = sha256_of(path)
        if found != expected.sha256:
            raise InputError(
                f"{path} has SHA-256 {found} where {expected.key} expects {expected.sha256}: "
                "delete it so that it is fetched again"
            )


def _of_classes(source: Source, splits: Splits) -> Splits:
    """The images of the classes that a source still has, in their order."""
    arrays = {}
    for split, expected in (("train", source.train_images), ("test", source.test_images)):
        images, labels = (getattr(splits, f"{split}_{part}") for part in ("images", "labels"))
        kept = labels < source.class_count
        if kept.sum() != expected:
            raise InputError(
                f"data.classes: expected {expected} images of the first {source.class_count} "
                f"classes in split {split} of {source.name}, found {kept.sum()}: leave it out, "
                "since its classes have different numbers of images"
            )
        arrays |= {f"{split}_images": _chosen_rows(images, kept), f"{split}_labels": labels[kept]}
    return Splits(**arrays)


def _chosen_rows(images: np.ndarray | ImageStream, kept: np.ndarray) -> RowStream:
    """Some rows, chosen while they are written."""

    def blocks() -> Iterator[np.ndarray]:
        start = 0
        for block in image_blocks(images):
            yield block[kept[start : start + len(block)]]
            start += len(block)

    return RowStream((int(kept.sum()), *images.shape[1:]), blocks)


def _resized_labels(labels: np.ndarray | RowStream, pixels: int) -> np.ndarray | RowStream:
    """Masks at another side; classes of whole images, and boxes, as they are."""
    if labels.dtype != np.uint8:
        return labels
    return _resized(labels, pixels, Image.Resampling.NEAREST)


def _resized(
    images: np.ndarray | ImageStream,
    pixels: int,
    how: Image.Resampling = Image.Resampling.BILINEAR,
) -> RowStream:
    """Images or masks at another side, resized while they are written."""

    def blocks() -> Iterator[np.ndarray]:
        for block in image_blocks(images):
            yield _resized_block(block, pixels, how)

    return RowStream((*images.shape[:-2], pixels, pixels), blocks)


def _resized_block(images: np.ndarray, pixels: int, how: Image.Resampling) -> np.ndarray:
    planes = images.shape[:-2]
    resized = np.empty((*planes, pixels, pixels), np.uint8)
    for index in np.ndindex(planes):
        resized[index] = Image.fromarray(images[index]).resize((pixels, pixels), how)
    return resized
