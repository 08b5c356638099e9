"""Separate streams of random numbers: initialisation, data order, augmentation, dropout.

Each stream depends on the seed, its name and, where it is drawn anew each epoch, the epoch, and on
nothing else. Cells that share a choice therefore share its randomness: two norms start from the
same weights, two batch sizes see the images in the same order with the same crops. Numbers are
drawn on the CPU, so that they do not depend on the device; those of dropout alone are drawn where
the model is.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager

import torch

INITIALISATION = "initialisation"
ORDER = "order"
AUGMENTATION = "augmentation"
DROPOUT = "dropout"


def stream_seed(seed: int, stream: str, *position: int) -> int:
    """A 63-bit seed for one stream of a run, at a position such as the epoch."""
    text = "/".join(map(str, (seed, stream, *position)))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") >> 1


def generator(seed: int, stream: str, *position: int) -> torch.Generator:
    """A CPU generator at the start of that stream."""
    return torch.Generator().manual_seed(stream_seed(seed, stream, *position))


@contextmanager
def drawing_from(seed: int, stream: str, *position: int, device: torch.device) -> Iterator[None]:
    """Torch's global generators at the start of that stream, for code that takes no generator;
    afterwards those of the CPU and of ``device`` are as they were."""
    devices = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(devices=devices):
        torch.manual_seed(stream_seed(seed, stream, *position))
        yield
