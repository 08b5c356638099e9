"""A prepared data set on the device: uint8 images, normalised batch by batch.

A whole data set of these studies fits on any device, so there is no data loader: a batch is an
index into resident tensors.
"""

from dataclasses import dataclass

import numpy
import torch
from torch import Tensor

# Fixed, so that every run with a subset of a data set uses the same one.
SUBSET_SEED = 20_190_412


@dataclass(frozen=True)
class ResidentSplit:
    """Images (N, C, H, W) uint8 and labels (N,) int64 on one device."""

    images: Tensor
    labels: Tensor

    def __len__(self) -> int:
        return len(self.labels)


@dataclass(frozen=True)
class ResidentData:
    """Training and test split on a device, with per-channel mean and standard deviation (0-1)."""

    train: ResidentSplit
    test: ResidentSplit
    classes: int
    mean: Tensor
    std: Tensor

    def normalise(self, images: Tensor) -> Tensor:
        """uint8 images (B, C, H, W) as float32, channels last, (x / 255 - mean) / std."""
        scaled = images.to(memory_format=torch.channels_last).to(torch.float32)
        return scaled.mul_(1 / (255 * self.std)).sub_(self.mean / self.std)


def resident_split(
    images: numpy.ndarray, labels: numpy.ndarray, count: int | None, device: torch.device
) -> ResidentSplit:
    """Copy a split to the device, shuffled once in a fixed order; ``count`` keeps that many images.

    The fixed shuffle matters for files sorted by class: a subset keeps all classes, and norms that
    use batch statistics at test time meet mixed batches.
    """
    order = numpy.random.default_rng(SUBSET_SEED).permutation(len(labels))[:count]
    return ResidentSplit(
        torch.from_numpy(numpy.ascontiguousarray(images[order])).to(device),
        torch.from_numpy(labels[order].astype(numpy.int64)).to(device),
    )
