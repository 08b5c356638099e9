"""What every split of a run's images has, wherever they lie: batches of them on the device."""

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator, Sequence
from contextlib import closing
from typing import ClassVar

import numpy
import torch
from torch import Tensor

Bounds = Sequence[tuple[int, int]]
"""First and last position (excluded) of each batch."""


class ImageSplit(ABC):
    """Images of a data set, or sequences of a text, with their labels on the device.

    Attributes:
        placement: in a word, where the images lie.
        labels: (N,) int64, or one for each pixel or token, (N, H, W) or (N, L) of the type of the
            images, or objects (N, S, 5) float32 (see ``reprise.data.splits.Splits``).
        pixels: side of the square at the centre of an image that a network sees; None: the whole
            image.
    """

    placement: ClassVar[str]
    labels: Tensor
    pixels: int | None

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def device(self) -> torch.device:
        """Where batches come out."""
        return self.labels.device

    @property
    def label_bytes(self) -> int:
        """Bytes of the labels of an example that has more than one number; a class is as good as
        none."""
        numbers = math.prod(self.labels.shape[1:]) if self.labels.dim() > 1 else 0
        return numbers * self.labels.element_size()

    @property
    def image_shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image as a network sees it; the length of a sequence."""
        if self.pixels is None:
            return self.stored_shape
        return self.stored_shape[0], self.pixels, self.pixels

    @property
    @abstractmethod
    def stored_shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image as it is stored, or the length of a sequence."""

    @abstractmethod
    def stored_at(self, index: Tensor | slice) -> Tensor:
        """Stored images (B, C, H, W) uint8 at some of the split's positions, 0 to N - 1."""

    @abstractmethod
    def stored_batches(self, bounds: Bounds, order: Tensor | None) -> Iterator[Tensor]:
        """Stored images (B, C, H, W) uint8 of each batch, as ``batches`` takes them."""

    def images_at(self, index: Tensor | slice) -> Tensor:
        """Images (B, C, H, W) uint8 at some of the split's positions, as a network sees them."""
        return self._seen(self.stored_at(index))

    def batches(
        self, bounds: Bounds, order: Tensor | None = None, *, whole: bool = False
    ) -> Iterator[Tensor]:
        """The images of each batch, (B, C, H, W) uint8 on the device.

        Args:
            bounds: of the batches.
            order: positions in the split (N,) int64 on the device, of which bounds cut pieces;
                None: as they stand.
            whole: images as they are stored, for what makes of them what a network sees.
        """
        with closing(self.stored_batches(bounds, order)) as batches:
            for images in batches:
                yield images if whole else self._seen(images)

    def _seen(self, images: Tensor) -> Tensor:
        if self.pixels is None:
            return images
        _, height, width = self.stored_shape
        top, left = (height - self.pixels) // 2, (width - self.pixels) // 2
        return images[:, :, top : top + self.pixels, left : left + self.pixels].contiguous()


def labels_at(labels: numpy.ndarray, rows: numpy.ndarray, device: torch.device) -> Tensor:
    """The labels of some rows on a device: classes as int64, and those of single positions as they
    are stored, since masks would take eight times their memory.

    Args:
        labels: (M,), or (M, ...) uint8 or int32 with one for each position or float32 of
            objects.
        rows: (N,).
    """
    own = labels[rows]
    return torch.from_numpy(own.astype(numpy.int64) if own.ndim == 1 else own).to(device)
