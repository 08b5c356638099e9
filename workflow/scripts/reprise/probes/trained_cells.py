"""What probes that train a cell to its end share: how it ended, and the kernels of its layers."""

from collections.abc import Mapping, Sequence

import pandas as pd
import torch
from torch import nn
from torch.nn import Parameter

from reprise.probes.registry import ProbeResult
from reprise.training.history import Epoch
from reprise.training.jobs.whole_run import training_metrics
from reprise.training.loop import Run

CONVOLUTION, FULLY_CONNECTED = "conv", "fc"


def trained_result(
    run: Run,
    epochs: Sequence[Epoch],
    metrics: Mapping[str, float | int | None],
    points: pd.DataFrame,
) -> ProbeResult:
    """The result of a probe on a run that was trained to its end.

    To the probe's own ``metrics`` come those of a trained cell (test accuracy and the others at the
    last epoch, epochs, updates, parameters), and the status: diverged if the training did.
    """
    usual = training_metrics(run, epochs)
    status = usual.pop("status")
    return ProbeResult({**usual, **metrics}, points, status)


def kernels_of(run: Run) -> dict[str, Parameter]:
    """The trainable kernels of all convolutions and fully connected layers.

    They stand in the order in which an image first meets them, under the names conv1, conv2, ...,
    fc1, fc2, ...; one that several layers share counts once. The state of the run stays as it is.
    """
    met: dict[Parameter, str] = {}

    def note(module: nn.Module, inputs: tuple) -> None:
        if module.weight.requires_grad:
            kind = CONVOLUTION if isinstance(module, nn.Conv2d) else FULLY_CONNECTED
            met.setdefault(module.weight, kind)

    layers = [m for m in run.model.modules() if isinstance(m, nn.Conv2d | nn.Linear)]
    handles = [layer.register_forward_pre_hook(note) for layer in layers]
    _pass_a_batch(run)
    for handle in handles:
        handle.remove()
    kinds = list(met.values())
    return {
        f"{kind}{kinds[: place + 1].count(kind)}": kernel
        for place, (kernel, kind) in enumerate(met.items())
    }


@torch.no_grad()
def _pass_a_batch(run: Run) -> None:
    """Some norms take batches of the size that they are trained with only."""
    train = run.data.train
    training = run.model.training
    run.model.eval()
    run.model(run.data.normalise(train.images_at(slice(0, run.cell.batch_size))))
    run.model.train(training)
