"""The engine's run of a setting of yang_huang's tables on images of a test's own."""

import dataclasses
from pathlib import Path

import torch
from reacting_loop import Images

from reprise.data.resident import ResidentData, ResidentSplit
from reprise.planning.plan import Plan
from reprise.training.loop import Run, start_run

ROOT = Path(__file__).parents[3]


def run_of_setting(table: str, strategy: str, sequence: str, epochs: int, images: Images) -> Run:
    """A run of the arm as run by the recipe of the study's YAML, with fewer epochs."""
    plan = Plan.of({"scale": "paper", "studies": "yang_huang", "seeds": 1}, ROOT)
    wanted = {"strategy": strategy, "sequence": sequence, "quantity": "accuracy"}
    (planned,) = (
        planned
        for planned in plan.rows["yang_huang", table]
        if planned.row.arm == "as run" and planned.row.axes == wanted
    )
    cell = dataclasses.replace(planned.runs([1])[1], epochs=epochs)
    train, test = (ResidentSplit(x, torch.arange(len(y)), y) for x, y in images.values())
    half = torch.full((1, 1, 1, 1), 0.5)
    return start_run(cell, ResidentData(train, test, test, 10, half, half))
