"""The kernels of a network's first convolution after training."""

import numpy as np
import pandas as pd

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.probes.registry import ProbeResult, probes
from reprise.probes.trained_cells import CONVOLUTION, kernels_of, trained_result
from reprise.studies.cell import Cell
from reprise.training.checkpoint import Checkpoint
from reprise.training.jobs.whole_run import train_printing
from reprise.training.loop import start_run

METRICS = ("mean_magnitude", "rms_magnitude")
AXES = ("channel", "input", "row", "column")


@probes.register("first_layer_weights", runs=True, trains=True)
def first_layer_weights(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    checkpoint: Checkpoint | None = None,
) -> ProbeResult:
    """Train the cell and keep the weights of the first convolution that an image meets.

    Returns:
        ``mean_magnitude``, the mean of the weights' absolute values, and ``rms_magnitude``, the
        root of the mean of their squares, both without biases; and the metrics of a trained cell.
        The points are the weights: ``channel`` (of the output), ``input`` (channel of the image),
        ``row`` and ``column`` of the kernel, all from 1, and ``weight``.

    Raises:
        InputError: the model has no convolution.
    """
    run = start_run(cell, data)
    kernel = kernels_of(run).get(f"{CONVOLUTION}1")
    if kernel is None:
        raise InputError(
            "probe 'first_layer_weights' expects a model with a convolution, but "
            f"{cell.model.name!r} has none: choose another model in the study's YAML"
        )
    epochs = train_printing(run, checkpoint=checkpoint)
    weights = kernel.detach().cpu().double().numpy()
    metrics = {
        "mean_magnitude": float(np.abs(weights).mean()),
        "rms_magnitude": float(np.sqrt(np.square(weights).mean())),
    }
    return trained_result(run, epochs, metrics, _points(weights))


def _points(weights: np.ndarray) -> pd.DataFrame:
    places = np.indices(weights.shape).reshape(len(AXES), -1) + 1
    return pd.DataFrame({**dict(zip(AXES, places, strict=True)), "weight": weights.ravel()})
