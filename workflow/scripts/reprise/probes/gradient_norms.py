"""How large the gradient of each layer's kernels is beside the kernels, while a cell trains."""

import math
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.probes.registry import ProbeResult, probes
from reprise.probes.trained_cells import kernels_of, trained_result
from reprise.studies.cell import Cell
from reprise.training.checkpoint import Checkpoint
from reprise.training.history import Epoch
from reprise.training.jobs.whole_run import train_printing
from reprise.training.loop import Run, start_run

METRICS = ("imbalance", "smallest_relative_norm", "largest_relative_norm")


@probes.register("gradient_norms", runs=True, trains=True)
def gradient_norms(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    checkpoint: Checkpoint | None = None,
) -> ProbeResult:
    """Train the cell and measure the relative gradient norm of every layer in every epoch.

    It is the Frobenius norm of the gradient of a batch's loss with respect to the kernels W of a
    convolution or fully connected layer, divided by that of W before the update: the mean over all
    updates of an epoch. The gradient is that of the loss alone, without weight decay.

    Returns:
        ``imbalance``: the largest of the layers' relative norms over the smallest, the geometric
        mean over epochs (1: all are equal), None where a layer has no gradient throughout an
        epoch; ``smallest_relative_norm`` and ``largest_relative_norm`` over layers and epochs; and
        the metrics of a trained cell. All three are None where a relative norm is not finite, as
        it is in a run that diverges.
        The points are ``epoch`` (from 1), ``layer`` (conv1, conv2, ..., fc1, ...), ``number`` (its
        place on the way from image to logits, from 1) and ``relative_gradient_norm``.
    """
    run = start_run(cell, data)
    norms = _Norms(run)
    run.before_step = norms.add
    epochs = train_printing(run, norms.end_epoch, checkpoint, norms)
    return trained_result(run, epochs, _summary(np.array(norms.epochs)), _points(norms))


class _Norms:
    """Collects relative norms on the device, and reads their means once an epoch."""

    def __init__(self, run: Run) -> None:
        self.kernels = kernels_of(run)
        self.epochs: list[list[float]] = []
        self.sum = torch.zeros((), dtype=torch.float64, device=run.data.train.device)
        self.updates = 0

    def add(self, inputs: Tensor, labels: Tensor) -> None:
        norm = torch.linalg.vector_norm
        kernels = self.kernels.values()
        self.sum = self.sum + torch.stack([norm(k.grad) / norm(k.detach()) for k in kernels])
        self.updates += 1

    def end_epoch(self, epoch: Epoch) -> None:
        self.epochs.append((self.sum / self.updates).tolist())
        self.sum = torch.zeros_like(self.sum)
        self.updates = 0

    def state_dict(self) -> dict[str, Any]:
        """The means of all epochs; states are kept between epochs, when no sum is open."""
        return {"epochs": self.epochs}

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Go on after these epochs."""
        self.epochs = state["epochs"]


def _summary(norms: np.ndarray) -> dict[str, float | None]:
    """The metrics of relative norms (epochs, layers)."""
    names = ("imbalance", "smallest_relative_norm", "largest_relative_norm")
    if not np.isfinite(norms).all():
        return dict.fromkeys(names)
    smallest = float(norms.min())
    imbalance = None
    if smallest > 0:
        imbalance = math.exp(np.log(norms.max(axis=1) / norms.min(axis=1)).mean())
    return dict(zip(names, (imbalance, smallest, float(norms.max())), strict=True))


def _points(norms: _Norms) -> pd.DataFrame:
    return pd.DataFrame(
        [
            {"epoch": epoch, "layer": layer, "number": number, "relative_gradient_norm": value}
            for epoch, values in enumerate(norms.epochs, start=1)
            for number, (layer, value) in enumerate(
                zip(norms.kernels, values, strict=True), start=1
            )
        ]
    )
