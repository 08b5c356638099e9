"""Settings of yang_huang's first table against a loop like its authors', on real MNIST images.

The loop below shares no code with the library but the order of the images: it reads the files
itself and has its own network that ends in a softmax, torch's SGD, and the authors' rules for the
learning rate written out. It starts from the same weights, so that the two differ by rounding
alone. What is compared are the recipes of the study's YAML, over more epochs than the sawtooth's
first tooth has.
"""

import dataclasses
import gzip
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.planning.plan import Plan
from reprise.studies.cell import Cell
from reprise.training.loop import Run, start_run, train
from reprise.training.randomness import ORDER, generator

ROOT = Path(__file__).parents[3]
TRAIN, TEST, EPOCHS, FIRST_RATE = 1920, 1000, 13, 0.01
Images = dict[str, tuple[Tensor, Tensor]]


@pytest.fixture(scope="module")
def images(shared_datasets: Path) -> Images:
    """The first images of both files, with labels."""
    folder = shared_datasets / "mnist"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    return {
        name: (
            torch.from_numpy(read(folder / f"{name}-images-idx3-ubyte.gz", 16, 784, count)).reshape(
                -1, 1, 28, 28
            ),
            torch.from_numpy(read(folder / f"{name}-labels-idx1-ubyte.gz", 8, 1, count)).long(),
        )
        for name, count in (("train", TRAIN), ("t10k", TEST))
    }


def read(path: Path, header: int, size: int, count: int) -> np.ndarray:
    return np.frombuffer(gzip.open(path).read(header + size * count), np.uint8, -1, header).copy()


@pytest.fixture(scope="module")
def plan() -> Plan:
    return Plan.of({"scale": "paper", "studies": "yang_huang", "seeds": 1}, ROOT)


def cell_of(plan: Plan, strategy: str, sequence: str) -> Cell:
    """The cell of the arm as run, with fewer epochs."""
    wanted = {"strategy": strategy, "sequence": sequence, "quantity": "accuracy"}
    (planned,) = (
        planned
        for planned in plan.rows["yang_huang", "table1"]
        if planned.row.arm == "as run" and planned.row.axes == wanted
    )
    return dataclasses.replace(planned.runs([1])[1], epochs=EPOCHS)


def engine_run(cell: Cell, images: Images) -> Run:
    train_split, test = (
        ResidentSplit(x, torch.arange(len(y)), y) for x, y in (images["train"], images["t10k"])
    )
    half = torch.full((1, 1, 1, 1), 0.5)
    return start_run(cell, ResidentData(train_split, test, test, 10, half, half))


def harmonic(k: int) -> float:
    return 1 / (k + 1)


def geometric(k: int) -> float:
    return 0.9**k


def sawtooth(k: int) -> float:
    return (1 - ((k - 1) % 10) / 10) / ((k - 1) // 10 + 1) if k else 1.0


def every_epoch(losses: list[float]) -> int:
    return len(losses)


def at_cutoff(losses: list[float]) -> int:
    share, updates = 0.01, 0
    for before, loss in zip([0.0, *losses], losses, strict=False):
        if abs(loss - before) < share * losses[0]:
            share, updates = share * 0.2, updates + 1
    return updates


def at_rises(losses: list[float]) -> int:
    return sum(loss > before for before, loss in zip([0.0, *losses], losses, strict=False))


def plain_epochs(
    images: Images,
    weights: list[Tensor],
    sequence: Callable[[int], float],
    updates: Callable[[list[float]], int],
) -> Iterator[tuple[float, float, float]]:
    """Learning rate, loss and accuracy in percent on the test images, of each epoch."""
    (x, y), (test_x, test_y) = ((i.float() / 255, labels) for i, labels in images.values())
    x, test_x = (x - 0.5) / 0.5, (test_x - 0.5) / 0.5
    model = nn.Sequential(
        nn.Conv2d(1, 20, 3), nn.ReLU(), nn.MaxPool2d(2), nn.Flatten(),
        nn.Linear(3380, 128), nn.ReLU(), nn.Linear(128, 10), nn.Softmax(dim=1),
    )  # fmt: skip
    with torch.no_grad():
        for parameter, weight in zip(model.parameters(), weights, strict=True):
            parameter.copy_(weight)
    optimizer = torch.optim.SGD(model.parameters(), lr=FIRST_RATE, momentum=0.9)
    criterion, losses = nn.CrossEntropyLoss(), []
    for epoch in range(EPOCHS):
        rate = optimizer.param_groups[0]["lr"]
        order = torch.randperm(len(x), generator=generator(1, ORDER, epoch))
        for batch in order.split(64):
            optimizer.zero_grad()
            criterion(model(x[batch]), y[batch]).backward()
            optimizer.step()
        with torch.no_grad():
            scores = model(test_x)
        losses.append(criterion(scores, test_y).item())
        yield rate, losses[-1], 100 * (scores.argmax(1) == test_y).float().mean().item()
        optimizer.param_groups[0]["lr"] = FIRST_RATE * sequence(updates(losses))


@pytest.mark.parametrize(
    ("strategy", "name", "updates", "sequence"),
    [
        ("by_epoch", "seq4", every_epoch, sawtooth),
        ("by_epoch", "seq1", every_epoch, harmonic),
        ("by_cutoff", "seq3", at_cutoff, geometric),
        ("by_oscillation", "seq1", at_rises, harmonic),
    ],
)
def test_the_settings_of_the_yaml_train_as_the_authors_loop(
    plan: Plan, images: Images, strategy: str, name: str, updates: Callable, sequence: Callable
) -> None:
    run = engine_run(cell_of(plan, strategy, name), images)
    weights = [parameter.detach().clone() for parameter in run.model.parameters()]
    plain = np.array(list(plain_epochs(images, weights, sequence, updates)))
    engine = np.array([(e.learning_rate, e.test_loss, e.test_accuracy) for e in train(run)])
    assert engine[:, 0] == pytest.approx(plain[:, 0], rel=1e-6)
    assert len(set(plain[:, 0])) > 1
    assert engine[:, 1] == pytest.approx(plain[:, 1], abs=1e-3)
    assert engine[:, 2] == pytest.approx(plain[:, 2], abs=0.6)
    assert engine[-1, 2] > 50  # far above chance, so that the comparison says something
