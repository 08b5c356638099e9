"""How fast a cell trains with images that are augmented on its device, and by loader workers."""

from collections.abc import Iterator
from contextlib import closing
from itertools import chain, islice

import numpy as np
import pandas as pd
import torch
from PIL import Image
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, RandomSampler
from torchvision import transforms

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.probes.registry import ProbeResult, probes
from reprise.studies.cell import Cell
from reprise.training import randomness
from reprise.training.loop import Run, start_run, updates
from reprise.training.machine.device import device_seconds

METRICS = (
    "speed_ratio", "images_per_second_on_device", "images_per_second_with_workers", "workers",
    "updates",
)  # fmt: skip
DEVICE, WORKERS = "device", "workers"
PREFETCHED = 2
"""Batches that each worker makes ahead, torch's default."""

PADDED_SHARE = 8
"""A crop is padded by the side divided by this, by 4 of 32 pixels."""


@probes.register("augmentation_speed", runs=True, recorded=False)
def augmentation_speed(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    *,
    workers: int = 4,
    updates_a_round: int = 50,
    rounds: int = 3,
) -> ProbeResult:
    """Train some updates of the cell with images from its device and from a loader, in turns.

    The first way is that of every run: batches of images that lie on the device, with the cell's
    augmentation there. The second is the usual one of torch: a ``DataLoader`` whose worker
    processes crop, flip, convert and normalise decoded images one by one, with torchvision's
    transforms of PIL images. Both train one model with the same batch size, in one process, which
    on a CPU keeps the memory of freed tensors for both. A first round is not counted, and in each
    round the updates before the loader works steadily are not.

    Args:
        cell: trained for some updates, not to its end.
        data: its data.
        prepared: not used.
        workers: worker processes of the loader.
        updates_a_round: updates of each way that are timed in each round.
        rounds: how often both ways are timed.

    Returns:
        ``images_per_second_on_device`` and ``images_per_second_with_workers``, the medians over
        rounds; ``speed_ratio``, the median over rounds of the first divided by the second;
        ``workers`` and ``updates``, those of each way that are timed in all. The points are
        ``round`` (from 1), ``place`` ("device" or "workers") and ``images_per_second``.

    Raises:
        InputError: an argument below 1, or more updates a round than the cell has.
    """
    run = start_run(cell, data)
    skipped = PREFETCHED * workers + 1
    _check(run, skipped, workers, updates_a_round, rounds)
    loader = _loader(run, workers, skipped + updates_a_round)
    points = []
    for number in range(rounds + 1):
        for place, trained in ((DEVICE, _on_device(run)), (WORKERS, _with_workers(run, loader))):
            speed = _images_per_second(trained, skipped, updates_a_round, data.train.device)
            points.append({"round": number, "place": place, "images_per_second": speed})
    table = pd.DataFrame(points).query("round > 0").reset_index(drop=True)
    by_place = table.pivot(index="round", columns="place", values="images_per_second")
    metrics = {
        "speed_ratio": float((by_place[DEVICE] / by_place[WORKERS]).median()),
        "images_per_second_on_device": float(by_place[DEVICE].median()),
        "images_per_second_with_workers": float(by_place[WORKERS].median()),
        "workers": workers,
        "updates": rounds * updates_a_round,
    }
    return ProbeResult(metrics, table)


class _Examples(Dataset):
    """The training images as PIL images, transformed one by one, with their labels."""

    def __init__(self, images: np.ndarray, labels: np.ndarray, transform: transforms.Compose):
        self.images = images
        self.labels = labels
        self.transform = transform

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int) -> tuple[Tensor, int]:
        return self.transform(Image.fromarray(self.images[index])), int(self.labels[index])


def _loader(run: Run, workers: int, batches: int) -> DataLoader:
    """Batches of normalised images (B, C, H, W) and labels (B,) on the CPU.

    Workers have some more batches to make than are asked for, so that none of them is idle.
    """
    train = run.data.train
    pixels = train.images_at(slice(None)).permute(0, 2, 3, 1).cpu().numpy()
    images = pixels[..., 0] if pixels.shape[-1] == 1 else pixels
    examples = _Examples(np.ascontiguousarray(images), train.labels.cpu().numpy(), _transform(run))
    sampler = RandomSampler(
        examples,
        num_samples=(batches + PREFETCHED * workers) * run.cell.batch_size,
        generator=randomness.generator(run.cell.seed, randomness.ORDER),
    )
    return DataLoader(
        examples,
        batch_size=run.cell.batch_size,
        sampler=sampler,
        num_workers=workers,
        prefetch_factor=PREFETCHED,
        pin_memory=train.device.type == "cuda",
        generator=randomness.generator(run.cell.seed, randomness.AUGMENTATION),
    )


def _transform(run: Run) -> transforms.Compose:
    side = run.data.train.image_shape[1]
    mean, std = (values.flatten().tolist() for values in (run.data.mean, run.data.std))
    return transforms.Compose(
        [
            transforms.RandomCrop(side, padding=side // PADDED_SHARE, padding_mode="reflect"),
            transforms.RandomHorizontalFlip(),
            transforms.ToTensor(),
            transforms.Normalize(mean, std),
        ]
    )


def _on_device(run: Run) -> Iterator[int]:
    """Train from the first epoch on; the number of images of each update."""
    run.updates = 0
    for update in chain.from_iterable(updates(run, epoch) for epoch in range(run.cell.epochs)):
        yield len(update.labels)


def _with_workers(run: Run, loader: DataLoader) -> Iterator[int]:
    """Train on what workers have made; the number of images of each update."""
    device = run.data.train.device
    run.model.train()
    for images, labels in loader:
        order = run.data.memory_format
        inputs = images.to(device, non_blocking=True, memory_format=order)
        loss = run.loss(run.model(inputs), labels.to(device, non_blocking=True))
        run.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        run.optimizer.step()
        yield len(labels)


def _images_per_second(
    trained: Iterator[int], skipped: int, counted: int, device: torch.device
) -> float:
    """The speed over ``counted`` updates after the first ``skipped``."""
    with closing(trained):
        sum(islice(trained, skipped))
        started = device_seconds(device)
        images = sum(islice(trained, counted))
        return images / (device_seconds(device) - started)


def _check(run: Run, skipped: int, workers: int, updates_a_round: int, rounds: int) -> None:
    given = {"workers": workers, "updates_a_round": updates_a_round, "rounds": rounds}
    for name, value in given.items():
        if value < 1:
            raise InputError(
                f"probe 'augmentation_speed' expects {name} of 1 or more, found {value}: raise it "
                "in the study's YAML"
            )
    planned = sum(run.updates_by_epoch)
    if skipped + updates_a_round > planned:
        raise InputError(
            f"probe 'augmentation_speed' expects {skipped + updates_a_round} updates a round "
            f"({skipped} of them not timed) in a run of {planned}: lower updates_a_round or "
            "workers in the study's YAML"
        )
