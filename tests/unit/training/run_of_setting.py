"""Settings of yang_huang's tables: the engine's run of one on images of a test's own, and the rules
that a plain loop follows for it."""

import dataclasses
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
import torch
from reacting_loop import Images

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.planning.plan import Plan
from reprise.training.history import Epoch
from reprise.training.loop import Run, start_run

ROOT = Path(__file__).parents[3]


class Setting(NamedTuple):
    """A strategy and a sequence by their ids, and what they do by the authors' rules."""

    strategy: str
    name: str
    updates: Callable[[list[float]], int]
    sequence: Callable[[int], float]

    def __str__(self) -> str:
        return f"{self.strategy}-{self.name}"


def run_of_setting(table: str, setting: Setting, epochs: int, images: Images) -> Run:
    """A run of the arm as run by the recipe of the study's YAML, with fewer epochs."""
    plan = Plan.of({"scale": "paper", "studies": "yang_huang", "seeds": 1}, ROOT)
    wanted = {"strategy": setting.strategy, "sequence": setting.name, "quantity": "accuracy"}
    (planned,) = (
        planned
        for planned in plan.rows["yang_huang", table]
        if planned.row.arm == "as run" and planned.row.axes == wanted
    )
    cell = dataclasses.replace(planned.runs([1])[1].cell, epochs=epochs)
    train, test = (ResidentSplit(x, torch.arange(len(y)), y) for x, y in images.values())
    half = torch.full((1, 1, 1, 1), 0.5)
    return start_run(cell, ResidentData(train, test, test, 10, half, half))


def as_rows(epochs: Iterable[Epoch]) -> np.ndarray:
    """Learning rate, loss and accuracy on the test images, a row an epoch, as a plain loop's."""
    return np.array([(e.learning_rate, e.test_loss, e.test_accuracy) for e in epochs])
