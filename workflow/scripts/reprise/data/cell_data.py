"""The images of a prepared data set that one cell uses."""

import torch

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData, chosen_rows, resident_split
from reprise.data.validation import hold_out
from reprise.studies.cell import Cell


def load_resident(data: PreparedData, cell: Cell, device: torch.device) -> ResidentData:
    """The images that a cell uses, at hand of its device.

    Raises:
        InputError: a class is left without images to train on or to validate with.
    """
    train_rows = chosen_rows(len(data.train_labels), cell.train_images)
    test_rows = chosen_rows(len(data.test_labels), cell.test_images)
    test = resident_split(data.test_images, data.test_labels, test_rows, device)
    validation = test
    if cell.validation_share:
        train_rows, held = hold_out(
            train_rows, data.train_labels, cell.validation_share, f"data set {data.name}"
        )
        validation = resident_split(data.train_images, data.train_labels, held, device)
    channels = len(data.mean)
    own = cell.normalisation
    mean, std = (
        (data.mean, data.std) if own is None else ([own.mean] * channels, [own.std] * channels)
    )
    per_channel = {"dtype": torch.float32, "device": device}
    return ResidentData(
        train=resident_split(data.train_images, data.train_labels, train_rows, device),
        validation=validation,
        test=test,
        classes=len(data.classes),
        mean=torch.tensor(mean, **per_channel).view(1, -1, 1, 1),
        std=torch.tensor(std, **per_channel).view(1, -1, 1, 1),
    )
