"""A prepared data set at hand of the device: uint8 images, normalised batch by batch.

There is no data loader: a batch is an index into a tensor. A CPU reads images from the prepared
file, which is mapped to memory, so that a run holds no copy of it and the system drops what it
does not need; a GPU gets a copy. Larger data are streamed (see ``reprise.data.streamed``).
"""

import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

import numpy
import torch
from torch import Tensor

from reprise.data.image_split import Bounds, ImageSplit, labels_at

# At a time: some megabytes of small images.
UPLOADED_IMAGES = 1024
# Fixed, so that every run with a subset of a data set uses the same one.
SUBSET_SEED = 20_190_412


@dataclass(frozen=True)
class ResidentSplit(ImageSplit):
    """Images at hand of the device.

    Attributes:
        stored: images (M, C, H, W) uint8 among which those of the split are, or sequences of tokens
            (M, L) uint8 or int32.
        rows: (N,) int64, where in ``stored`` each image of the split is.
    """

    placement: ClassVar[str] = "resident"
    stored: Tensor
    rows: Tensor
    labels: Tensor
    pixels: int | None = None

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image as it is stored, or the length of a sequence."""
        return tuple(self.stored.shape[1:])

    def stored_at(self, index: Tensor | slice) -> Tensor:
        """Stored images (B, C, H, W) uint8 at some of the split's positions, 0 to N - 1."""
        return self.stored.index_select(0, self.rows[index])

    def stored_batches(self, bounds: Bounds, order: Tensor | None) -> Iterator[Tensor]:
        """Stored images (B, C, H, W) uint8 of each batch."""
        for start, end in bounds:
            yield self.stored_at(slice(start, end) if order is None else order[start:end])


@dataclass(frozen=True)
class ResidentData:
    """The splits of a data set, with per-channel mean and standard deviation (0-1), which text does
    not have.

    ``validation`` is ``test`` where no training images are held out. ``memory_format`` is the order
    in which normalised images lie in memory. ``weights`` are those that a network starts from, by
    name, and not at random.
    """

    train: ImageSplit
    validation: ImageSplit
    test: ImageSplit
    classes: int
    mean: Tensor
    std: Tensor
    memory_format: torch.memory_format = torch.channels_last
    weights: Mapping[str, Tensor] | None = None

    @property
    def placement(self) -> str:
        """In a word, where the images lie."""
        return self.train.placement

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 images (B, C, H, W) as float32, (x / 255 - mean) / std; tokens (B, L) as int64."""
        if images.dim() == 2:
            return images.long()
        scaled = images.to(memory_format=self.memory_format).to(torch.float32)
        return scaled.mul_(1 / (255 * self.std)).sub_(self.mean / self.std)


def chosen_rows(images: int, count: int | None) -> numpy.ndarray:
    """Rows of a data set's images in a fixed order; ``count`` keeps that many (None: all).

    The shuffle matters for files sorted by class: a subset keeps all classes, and norms that use
    batch statistics at test time meet mixed batches.
    """
    return numpy.random.default_rng(SUBSET_SEED).permutation(images)[:count]


def resident_split(
    images: numpy.ndarray,
    labels: numpy.ndarray,
    rows: numpy.ndarray,
    device: torch.device,
    pixels: int | None = None,
) -> ResidentSplit:
    """The images and labels of some rows, at hand of the device.

    Args:
        images: (M, C, H, W) uint8, or tokens (M, L) uint8 or int32, mapped from a file.
        labels: (M,), or one for each position.
        rows: (N,).
        device: where they are used.
        pixels: side of the centre that a network sees; None: the whole image.
    """
    own_labels = labels_at(labels, rows, device)
    if device.type == "cpu":
        with warnings.catch_warnings():
            # Torch warns that it could write to a read-only file; nothing here writes to images.
            warnings.filterwarnings("ignore", message=".*not writable.*")
            stored = torch.from_numpy(images)
        return ResidentSplit(stored, torch.from_numpy(rows), own_labels, pixels)
    stored, positions = uploaded(images, rows, device)
    return ResidentSplit(stored, positions, own_labels, pixels)


def uploaded(
    images: numpy.ndarray, rows: numpy.ndarray, device: torch.device
) -> tuple[Tensor, Tensor]:
    """Copy some rows to a device block by block, in the order of the file. Reading them in their
    own order would jump about in the file, and take as much memory of the host as they do.

    Args:
        images: (M, C, H, W) uint8, or tokens (M, L) uint8 or int32, mapped from a file.
        rows: (N,), each at most once.

    Returns:
        The images (N, C, H, W) on the device, in the order of the file, and where among them each
        row is, (N,) int64.
    """
    in_order = numpy.sort(rows)
    dtype = torch.from_numpy(images[in_order[:0]]).dtype
    stored = torch.empty((len(rows), *images.shape[1:]), dtype=dtype, device=device)
    for start in range(0, len(rows), UPLOADED_IMAGES):
        block = images[in_order[start : start + UPLOADED_IMAGES]]
        stored[start : start + len(block)].copy_(torch.from_numpy(block))
    positions = torch.from_numpy(numpy.searchsorted(in_order, rows))
    return stored, positions.to(device)
