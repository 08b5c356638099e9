"""Gradients on a device against those on the CPU, for each model, norm, optimizer, augmentation."""

import dataclasses
import time

import torch
from findings import Findings
from planned_samples import one_of_each, planned_samples
from torch import Tensor

from reprise.estimates.calibration import SampleCell, made_up_data
from reprise.training.loop import Update, start_run, updates
from reprise.training.machine.arithmetic import round_products

IMAGES = 32
LARGEST_DIFFERENCE = 1e-2
"""Of the lengths of all gradients together. A norm over few values makes rounding larger."""


def compare_gradients(
    findings: Findings, ends: float, *, device: torch.device, most: int | None = None
) -> None:
    """Do one update on the CPU and on the device, from equal weights, and compare.

    Args:
        most: cells that are compared; None: one of each.

    Raises:
        RuntimeError: some differ.
    """
    round_products("float32")
    different = []
    for number, (sample, names) in enumerate(one_of_each(planned_samples("demo"))):
        if number == most or time.time() > ends - 2:
            findings.add(stopped_after=number)
            break
        try:
            found = _compared(sample, device)
        except Exception as error:
            # One that fails says nothing of the others.
            found = {"error": f"{type(error).__name__}: {error}", "agrees": False}
        findings.add(first_with=names, cell=sample.cell.folder, **found)
        if not found["agrees"]:
            different.append(sample.cell.folder)
    if different:
        raise RuntimeError(f"{len(different)} differ: {', '.join(different)}")


def _compared(sample: SampleCell, device: torch.device) -> dict[str, object]:
    (one, expected), (other, found) = (
        _first_update(sample, place) for place in (torch.device("cpu"), device)
    )
    length = torch.cat([g.flatten() for g in expected]).norm().item()
    pairs = zip(found, expected, strict=True)
    apart = torch.cat([(a.cpu() - b).flatten() for a, b in pairs]).norm().item()
    relative = apart / length if length else apart
    return {
        "losses": [one.loss.item(), other.loss.item()],
        "relative_difference": relative,
        # What is no number compares as different.
        "agrees": relative <= LARGEST_DIFFERENCE,
    }


def _first_update(sample: SampleCell, device: torch.device) -> tuple[Update, list[Tensor]]:
    size = min(sample.cell.batch_size, IMAGES)
    cell = dataclasses.replace(
        sample.cell, train_images=None, test_images=None, validation_share=0.0
    )
    if cell.batch_size_schedule is None:
        cell = dataclasses.replace(cell, batch_size=size)
    run = start_run(cell, made_up_data(sample, 2 * cell.batch_size, device))
    update = next(updates(run, 0))
    gradients = [p.grad.float() for p in run.model.parameters() if p.grad is not None]
    return update, gradients
