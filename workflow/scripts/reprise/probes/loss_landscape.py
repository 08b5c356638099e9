"""How much the loss varies along the gradient at the weights that training passes.

After Santurkar, Tsipras, Ilyas and Madry (2018), "How does batch normalization help optimization?",
section 3.1 and figure 4a.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor
from torch.func import functional_call

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.probes.registry import ProbeResult, probes
from reprise.probes.trained_cells import trained_result
from reprise.studies.cell import Cell
from reprise.training.checkpoint import Checkpoint
from reprise.training.jobs.whole_run import train_printing
from reprise.training.loop import Run, start_run

METRICS = ("mean_range", "median_range", "measurements", "ranges_not_finite")


@dataclass(frozen=True)
class Point:
    """The loss of a batch at the weights before an update, and the lowest and highest along its
    gradient (nan where one of them is not finite). Epochs and updates count from 1."""

    epoch: int
    update: int
    loss: float
    lowest: float
    highest: float


@probes.register("loss_landscape", runs=True, trains=True)
def loss_landscape(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    checkpoint: Checkpoint | None = None,
    *,
    steps: Sequence[float],
    measurements: int = 100,
) -> ProbeResult:
    """Train the cell and measure, before some of its updates, how the loss varies along the
    gradient.

    At weights w with the gradient g of the batch's loss, that batch has a loss at w - s * g for
    each step size s. The range is the highest of these losses minus the lowest. The model is in the
    mode in which it trains; what dropout drops is the same for all steps. The training is the one
    that the cell has without measurements.

    Args:
        cell: trained as it is.
        data: its data.
        prepared: not used.
        checkpoint: of the training with what was measured.
        steps: step sizes s, two or more, from 0 (the weights themselves) upwards.
        measurements: how many updates are measured, evenly spread from the first to the last of
            the run; all of a run that is shorter.

    Returns:
        ``mean_range`` and ``median_range`` over the measured updates (None without one);
        ``measurements``, their number; ``ranges_not_finite``, how many further ones have a loss
        that is infinite or not a number, and no part in the mean; and the metrics of a trained
        cell. The points are the fields of ``Point``.

    Raises:
        InputError: step sizes or a number of measurements that are out of range.
    """
    _check(steps, measurements)
    run = start_run(cell, data)
    landscape = _Landscape(run, steps, measurements)
    run.before_step = landscape.measure
    epochs = train_printing(run, checkpoint=checkpoint, measurement=landscape)
    points = [_point(at, losses.tolist()) for at, losses in landscape.losses.items()]
    return trained_result(
        run, epochs, _summary(points), pd.DataFrame([asdict(point) for point in points])
    )


class _Landscape:
    """Keeps the losses of measured updates on the device, by epoch and update from 1."""

    def __init__(self, run: Run, steps: Sequence[float], measurements: int) -> None:
        planned = sum(run.updates_by_epoch)
        places = np.linspace(0, planned - 1, min(measurements, planned))
        self.run = run
        self.steps = steps
        self.due = set(places.round().astype(int).tolist())
        self.losses: dict[tuple[int, int], Tensor] = {}

    def measure(self, inputs: Tensor, labels: Tensor) -> None:
        done = self.run.updates
        if done in self.due:
            ended = np.cumsum(self.run.updates_by_epoch)
            at = int(np.searchsorted(ended, done, side="right")) + 1, done + 1
            self.losses[at] = _losses_along_gradient(self.run, inputs, labels, self.steps)

    def state_dict(self) -> dict[str, Any]:
        """The losses so far."""
        return {"losses": self.losses}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on with these losses."""
        self.losses = state["losses"]


def _losses_along_gradient(
    run: Run, inputs: Tensor, labels: Tensor, steps: Sequence[float]
) -> Tensor:
    """The loss at the weights, then at each step along its gradient; the run stays as it is."""
    weights = {
        name: parameter.detach().requires_grad_() for name, parameter in _trainable(run).items()
    }
    loss = _loss_at(run, weights, inputs, labels)
    gradient = torch.autograd.grad(loss, list(weights.values()), materialize_grads=True)
    losses = [loss.detach()]
    with torch.no_grad():
        for step in steps:
            moved = {
                name: weight - step * slope
                for (name, weight), slope in zip(weights.items(), gradient, strict=True)
            }
            losses.append(_loss_at(run, moved, inputs, labels))
    return torch.stack(losses)


def _loss_at(run: Run, weights: Mapping[str, Tensor], inputs: Tensor, labels: Tensor) -> Tensor:
    """The loss with other weights, and with copies of what norms keep from batch to batch."""
    buffers = {name: buffer.clone() for name, buffer in run.model.named_buffers()}
    devices = [inputs.device] if inputs.is_cuda else []
    # Every pass starts from the same random numbers, and takes none from those of the training.
    with torch.random.fork_rng(devices=devices):
        logits = functional_call(run.model, (dict(weights), buffers), (inputs,))
    return run.loss(logits, labels)


def _trainable(run: Run) -> dict[str, Tensor]:
    return {
        n: parameter for n, parameter in run.model.named_parameters() if parameter.requires_grad
    }


def _point(at: tuple[int, int], losses: list[float]) -> Point:
    loss, *along = losses
    known = all(map(math.isfinite, along))
    lowest, highest = (min(along), max(along)) if known else (math.nan, math.nan)
    return Point(*at, loss, lowest, highest)


def _summary(points: Sequence[Point]) -> dict[str, float | int | None]:
    ranges = np.array([point.highest - point.lowest for point in points])
    ranges = ranges[np.isfinite(ranges)]
    return {
        "mean_range": float(ranges.mean()) if len(ranges) else None,
        "median_range": float(np.median(ranges)) if len(ranges) else None,
        "measurements": len(ranges),
        "ranges_not_finite": len(points) - len(ranges),
    }


def _check(steps: Sequence[float], measurements: int) -> None:
    numbers = all(isinstance(step, int | float) and 0 <= step < math.inf for step in steps)
    if not numbers or len(set(steps)) < 2:
        raise InputError(
            "probe 'loss_landscape' expects two or more different step sizes of 0 or more as "
            f"steps, found {list(steps)}: correct them in the study's YAML"
        )
    if measurements < 1:
        raise InputError(
            f"probe 'loss_landscape' expects 1 measurement or more, found {measurements}: raise it "
            "in the study's YAML"
        )
