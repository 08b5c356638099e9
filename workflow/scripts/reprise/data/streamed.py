"""Images that are read from the prepared file batch by batch, since the device has no room."""

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

import numpy
import torch
from torch import Tensor

from reprise.data.image_split import Bounds, ImageSplit, labels_at
from reprise.data.row_file import RowFile


@dataclass(frozen=True)
class StreamedSplit(ImageSplit):
    """Images in a file.

    Attributes:
        file: images of the data set, among which those of the split are.
        rows: (N,) int64, where in the file each image of the split is.
    """

    placement: ClassVar[str] = "streamed"
    file: RowFile
    rows: numpy.ndarray
    labels: Tensor
    pixels: int | None = None

    @property
    def stored_shape(self) -> tuple[int, ...]:
        """Channels, height and width of an image as it is stored, or the length of a sequence."""
        return tuple(self.file.shape)

    def stored_at(self, index: Tensor | slice) -> Tensor:
        """Stored images (B, C, H, W) uint8 at some of the split's positions, read at once."""
        rows = self.rows[index if isinstance(index, slice) else index.cpu().numpy()]
        images = _new_buffer(self.stored_shape, self._dtype, False, len(rows))
        self.file.read(rows, images)
        return images.to(self.device)

    def stored_batches(self, bounds: Bounds, order: Tensor | None) -> Iterator[Tensor]:
        """Stored images (B, C, H, W) uint8 of each batch, read ahead by threads."""
        rows = self.rows if order is None else self.rows[order.cpu().numpy()]
        pinned = self.device.type == "cuda"
        # torch keeps pinned memory, and hands it out anew once it has been copied from.
        new_buffer = partial(_new_buffer, self.stored_shape, self._dtype, pinned)
        batches = (rows[start:end] for start, end in bounds)
        with closing(self.file.read_ahead(batches, new_buffer)) as read:
            yield from copied_ahead(read, self.device) if pinned else read

    @property
    def _dtype(self) -> torch.dtype:
        return torch.from_numpy(numpy.empty(0, self.file.dtype)).dtype


def streamed_split(
    images: numpy.memmap,
    labels: numpy.ndarray,
    rows: numpy.ndarray,
    device: torch.device,
    pixels: int | None = None,
) -> StreamedSplit:
    """The images and labels of some rows, read from the file as they are asked for.

    Args:
        images: (M, C, H, W) uint8, or tokens (M, L) uint8 or int32, mapped from a file.
        labels: (M,), or one for each position.
        rows: (N,).
        device: where batches come out.
        pixels: side of the centre that a network sees; None: the whole image.
    """
    own_labels = labels_at(labels, rows, device)
    return StreamedSplit(RowFile.of(images), rows, own_labels, pixels)


def _new_buffer(shape: tuple[int, ...], dtype: torch.dtype, pinned: bool, images: int) -> Tensor:
    return torch.empty((images, *shape), dtype=dtype, pin_memory=pinned)


def copied_ahead(batches: Iterator[Tensor], device: torch.device) -> Iterator[Tensor]:
    """The batches on a GPU, each copied beside the work on the one before."""
    stream = torch.cuda.Stream(device)
    ahead: tuple[Tensor, torch.cuda.Event] | None = None
    for batch in batches:
        with torch.cuda.stream(stream):
            copied = batch.to(device, non_blocking=True), stream.record_event()
        if ahead is not None:
            yield _waited_for(*ahead)
        ahead = copied
    if ahead is not None:
        yield _waited_for(*ahead)


def _waited_for(batch: Tensor, copied: torch.cuda.Event) -> Tensor:
    """The batch, after whose copy the current stream goes on."""
    current = torch.cuda.current_stream(batch.device)
    current.wait_event(copied)
    # Its memory is another stream's, and not free for that one before this one is done with it.
    batch.record_stream(current)
    return batch
