"""A prepared data set at hand of the device: uint8 images, normalised batch by batch.

There is no data loader: a batch is an index into a tensor. A CPU reads images from the prepared
file, which is mapped to memory, so that a run holds no copy of it and the system drops what it
does not need; a GPU gets a copy.
"""

import warnings
from dataclasses import dataclass

import numpy
import torch
from torch import Tensor

# At a time: some megabytes of small images.
UPLOADED_IMAGES = 1024
# Fixed, so that every run with a subset of a data set uses the same one.
SUBSET_SEED = 20_190_412


@dataclass(frozen=True)
class ResidentSplit:
    """Images of a data set with labels (N,) int64.

    Attributes:
        stored: images (M, C, H, W) uint8 among which those of the split are.
        rows: (N,) int64, where in ``stored`` each image of the split is.
    """

    stored: Tensor
    rows: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)

    def images_at(self, index: Tensor | slice) -> Tensor:
        """The images (B, C, H, W) uint8 at some of the split's positions, 0 to N - 1."""
        return self.stored.index_select(0, self.rows[index])

    @property
    def image_shape(self) -> tuple[int, int, int]:
        """Channels, height and width of an image."""
        channels, height, width = self.stored.shape[1:]
        return channels, height, width

    @property
    def device(self) -> torch.device:
        """Where the images are."""
        return self.stored.device


@dataclass(frozen=True)
class ResidentData:
    """The splits of a data set, with per-channel mean and standard deviation (0-1).

    ``validation`` is ``test`` where no training images are held out. ``memory_format`` is the order
    in which normalised images lie in memory.
    """

    train: ResidentSplit
    validation: ResidentSplit
    test: ResidentSplit
    classes: int
    mean: Tensor
    std: Tensor
    memory_format: torch.memory_format = torch.channels_last

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 images (B, C, H, W) as float32, (x / 255 - mean) / std."""
        scaled = images.to(memory_format=self.memory_format).to(torch.float32)
        return scaled.mul_(1 / (255 * self.std)).sub_(self.mean / self.std)


def chosen_rows(images: int, count: int | None) -> numpy.ndarray:
    """Rows of a data set's images in a fixed order; ``count`` keeps that many (None: all).

    The shuffle matters for files sorted by class: a subset keeps all classes, and norms that use
    batch statistics at test time meet mixed batches.
    """
    return numpy.random.default_rng(SUBSET_SEED).permutation(images)[:count]


def resident_split(
    images: numpy.ndarray, labels: numpy.ndarray, rows: numpy.ndarray, device: torch.device
) -> ResidentSplit:
    """The images and labels of some rows, at hand of the device."""
    own_labels = torch.from_numpy(labels[rows].astype(numpy.int64)).to(device)
    if device.type == "cpu":
        with warnings.catch_warnings():
            # Torch warns that it could write to a read-only file; nothing here writes to images.
            warnings.filterwarnings("ignore", message=".*not writable.*")
            return ResidentSplit(torch.from_numpy(images), torch.from_numpy(rows), own_labels)
    stored, positions = uploaded(images, rows, device)
    return ResidentSplit(stored, positions, own_labels)


def uploaded(
    images: numpy.ndarray, rows: numpy.ndarray, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Copy some rows to a device block by block, in the order of the file. Reading them in their
    own order would jump about in the file, and take as much memory of the host as they do.

    Args:
        images: (M, C, H, W) uint8, mapped from a file.
        rows: (N,), each at most once.

    Returns:
        The images (N, C, H, W) on the device, in the order of the file, and where among them each
        row is, (N,) int64.
    """
    in_order = numpy.sort(rows)
    stored = torch.empty((len(rows), *images.shape[1:]), dtype=torch.uint8, device=device)
    for start in range(0, len(rows), UPLOADED_IMAGES):
        block = images[in_order[start : start + UPLOADED_IMAGES]]
        stored[start : start + len(block)].copy_(torch.from_numpy(block))
    positions = torch.from_numpy(numpy.searchsorted(in_order, rows))
    return stored, positions.to(device)
