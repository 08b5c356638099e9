"""The images of a prepared data set that one cell uses."""

import math

import torch

from reprise.data.augmentation import Augmentation
from reprise.data.placement import fits
from reprise.data.prepared import OpenedData
from reprise.data.resident import ResidentData, chosen_rows, resident_split
from reprise.data.streamed import streamed_split
from reprise.data.validation import hold_out
from reprise.data.weight_files import read_weights
from reprise.inventory import find
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice


def load_resident(
    data: OpenedData, cell: Cell, device: torch.device, share: float | None = None
) -> ResidentData:
    """The images that a cell uses, at hand of its device, or read batch by batch where they would
    take more than a share of its memory. Both give the same batches.

    Args:
        data: that hold them.
        cell: that uses them.
        device: of its network.
        share: of the device's memory, from 0 to 1; None: ``RESIDENT_SHARE``.

    Raises:
        InputError: a class is left without images to train on or to validate with, or the weights
            that the cell starts from cannot be read.
    """
    train_rows = chosen_rows(len(data.train_labels), cell.train_images)
    test_rows = chosen_rows(len(data.test_labels), cell.test_images)
    image = math.prod(data.train_images.shape[1:]) * data.train_images.itemsize
    size = (len(train_rows) + len(test_rows)) * image
    make_split = resident_split if fits(size, share, device) else streamed_split
    test = make_split(data.test_images, data.test_labels, test_rows, device, data.seen_pixels)
    validation = test
    if cell.validation_share:
        train_rows, held = hold_out(
            train_rows, data.train_labels, cell.validation_share, f"data set {data.name}"
        )
        validation = make_split(
            data.train_images, data.train_labels, held, device, data.seen_pixels
        )
    channels = len(data.mean)
    own = cell.normalisation
    mean, std = (
        (data.mean, data.std) if own is None else ([own.mean] * channels, [own.std] * channels)
    )
    per_channel = {"dtype": torch.float32, "device": device}
    return ResidentData(
        train=make_split(
            data.train_images, data.train_labels, train_rows, device, data.seen_pixels
        ),
        validation=validation,
        test=test,
        classes=data.class_count,
        mean=torch.tensor(mean, **per_channel).view(1, -1, 1, 1),
        std=torch.tensor(std, **per_channel).view(1, -1, 1, 1),
        weights=read_weights(cell.weights) if cell.weights else None,
    )


def takes_whole_images(cell: Cell) -> bool:
    """Whether a cell's augmentation makes what a network sees of images as they are stored, margin
    and all."""
    return bool(cell.augmentation) and _takes_whole_images(cell.augmentation[0])


def augmentation_of(cell: Cell, pixels: int) -> Augmentation:
    """The augmentations of a cell, one after the other.

    Args:
        pixels: side of the images that its network sees.

    Raises:
        InputError: an unknown name, or an argument out of range.
    """
    own = {"pixels": pixels}
    return Augmentation(
        (step.name, {**(own if _takes_whole_images(step) else {}), **step.arguments})
        for step in cell.augmentation
    )


def _takes_whole_images(step: Choice) -> bool:
    return find("augmentation", step.name, "augmentation").description.get("whole", False)
