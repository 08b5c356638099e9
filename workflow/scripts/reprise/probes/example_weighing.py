"""Inference example weighing of a trained model, over a range of weights.

Summers and Dinneen (2020), "Four things everyone should know to improve batch normalization".
"""

import copy
import math
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass

import pandas as pd
import torch
from torch import Tensor, nn

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.nets.example_weighing import weigh_examples
from reprise.nets.grouped_batch_norm import GroupedBatchNorm2d, checked_weighing
from reprise.probes.registry import ProbeResult, probes
from reprise.probes.trained_cells import trained_result
from reprise.studies.cell import Cell
from reprise.training.checkpoint import Checkpoint
from reprise.training.evaluation import evaluate, evaluation_batch_size
from reprise.training.jobs.whole_run import train_printing
from reprise.training.loop import Run, diverged, start_run

METRICS = (
    "chosen_alpha", "validation_accuracy", "validation_loss", "test_accuracy", "test_loss",
    "test_top5_accuracy", "plain_test_accuracy", "plain_test_loss", "accuracy_gain", "top5_gain",
    "loss_reduction", "relative_loss_reduction", "training_range", "inference_range",
)  # fmt: skip
PLAIN = 0.0

BEST_CLASSES = 5

RANGE_BATCHES = 20
"""Mini-batches at most over which output ranges are averaged."""


@dataclass(frozen=True)
class Point:
    """Scores of the trained model at one weight: accuracies in percent, mean losses.

    ``test_top5_accuracy`` counts images whose class is among the five with the largest logits.
    """

    alpha: float
    validation_accuracy: float
    validation_loss: float
    test_accuracy: float
    test_loss: float
    test_top5_accuracy: float


@probes.register("example_weighing", runs=True, trains=True)
def example_weighing(
    cell: Cell,
    data: ResidentData,
    prepared: PreparedData,
    checkpoint: Checkpoint | None = None,
    *,
    alphas: Sequence[float],
    unweighed_norms: Sequence[str] = (),
) -> ProbeResult:
    """Train the cell once, then evaluate it at every weight, without training again.

    Args:
        cell: its norm is batch norm, ghost batch norm or batch-group norm, and it holds out
            training images for validation, on which the weight is chosen.
        data: its data.
        prepared: not used.
        checkpoint: of the training.
        alphas: weights, 0 to 1, of an example's own moments at inference. 0, which is plain batch
            norm, is always among them.
        unweighed_norms: norms without running averages, such as group norm, that stand in a table
            beside those that weigh. Their cells are evaluated at 0 alone, which changes nothing,
            and have no ranges.

    Returns:
        ``chosen_alpha``, the weight of lowest validation loss (the smallest of several);
        ``validation_accuracy``, ``validation_loss``, ``test_accuracy`` and ``test_loss`` at it;
        ``plain_test_accuracy`` and ``plain_test_loss``, those at 0; ``accuracy_gain`` and
        ``top5_gain`` (weighed minus plain, in points), ``loss_reduction`` (plain minus weighed) and
        ``relative_loss_reduction`` (in percent of the plain loss) on the test images;
        ``training_range`` and ``inference_range``, the range (largest minus smallest) of a norm's
        outputs over a mini-batch of validation images, by the mini-batch's own statistics and by
        running averages, as a mean over layers and mini-batches; and what every trained cell has.
        The points are the fields of ``Point``, by rising weight. A run that diverges has none, and
        none of the numbers that need them.

    Raises:
        InputError: no images for validation, a weight out of range, or a norm that cannot weigh.
    """
    weighs = cell.norm.name not in unweighed_norms
    weights = _checked(cell, alphas) if weighs else [PLAIN]
    run = start_run(cell, data)
    if weighs:
        # A norm that cannot weigh is found before the training, on a copy that is not trained.
        weigh_examples(copy.deepcopy(run.model), PLAIN)
    epochs = train_printing(run, checkpoint=checkpoint)
    if diverged(epochs[-1]):
        return trained_result(run, epochs, {}, pd.DataFrame(columns=list(Point.__annotations__)))
    points = []
    for alpha in weights:
        if weighs:
            weigh_examples(run.model, alpha)
        points.append(_point(run, alpha))
    for point in points:
        print(
            f"alpha {point.alpha:g}: validation loss {point.validation_loss:.4f}, "
            f"test accuracy {point.test_accuracy:.2f} %"
        )
    found = pd.DataFrame([asdict(point) for point in points])
    ranges = _ranges(run) if weighs else {}
    return trained_result(run, epochs, {**_comparison(points), **ranges}, found)


def _checked(cell: Cell, alphas: Sequence[float]) -> list[float]:
    """The weights in rising order, with 0 among them."""
    if not cell.validation_share:
        raise InputError(
            "probe 'example_weighing' expects a cell that holds out training images, on which the "
            "weight is chosen, but its validation_share is 0: give it one, such as 0.1"
        )
    return sorted({PLAIN, *map(checked_weighing, alphas)})


def _point(run: Run, alpha: float) -> Point:
    data = run.data
    batch_size = evaluation_batch_size(run.model, run.cell.batch_size, data.test)
    best: list[Tensor] = []

    def noting_best(images: Tensor) -> Tensor:
        logits = run.model(data.normalise(images)).float()
        best.append(logits.topk(min(BEST_CLASSES, logits.shape[1]), dim=1).indices)
        return logits

    validation = evaluate(run.model, data, data.validation, run.loss, batch_size)
    test = evaluate(run.model, data, data.test, run.loss, batch_size, noting_best)
    return Point(
        alpha,
        validation.accuracy,
        validation.loss,
        test.accuracy,
        test.loss,
        _share_among(torch.cat(best), data.test.labels),
    )


def _share_among(classes: Tensor, labels: Tensor) -> float:
    """Images, in percent, whose label (N,) is among their classes (N, some)."""
    return 100 * (classes == labels.unsqueeze(1)).any(1).double().mean().item()


def _comparison(points: list[Point]) -> dict[str, float]:
    """The scores at the chosen weight beside those at 0."""
    plain = points[0]
    finite = [point for point in points if math.isfinite(point.validation_loss)]
    chosen = min(finite, key=lambda point: point.validation_loss, default=plain)
    scores = asdict(chosen)
    return {
        "chosen_alpha": scores.pop("alpha"),
        **scores,
        "plain_test_accuracy": plain.test_accuracy,
        "plain_test_loss": plain.test_loss,
        "accuracy_gain": chosen.test_accuracy - plain.test_accuracy,
        "top5_gain": chosen.test_top5_accuracy - plain.test_top5_accuracy,
        "loss_reduction": plain.test_loss - chosen.test_loss,
        "relative_loss_reduction": 100 * (1 - chosen.test_loss / plain.test_loss),
    }


def _ranges(run: Run) -> dict[str, float]:
    """Ranges of the norms' outputs for the same images, by statistics of each kind."""
    # Its running averages move in training mode.
    model = copy.deepcopy(run.model).eval()
    layers = weigh_examples(model, PLAIN)
    found = {}
    for name, training in (("inference_range", False), ("training_range", True)):
        for layer in layers:
            layer.train(training)
        found[name] = _mean_range(run, model, layers)
    return found


@torch.no_grad()
def _mean_range(run: Run, model: nn.Module, layers: list[GroupedBatchNorm2d]) -> float:
    ranges: list[Tensor] = []

    def note_range(layer: nn.Module, inputs: tuple[Tensor, ...], output: Tensor) -> None:
        ranges.append(output.amax() - output.amin())

    hooks = [layer.register_forward_hook(note_range) for layer in layers]
    for batch in _range_batches(run):
        model(run.data.normalise(run.data.validation.images_at(batch)))
    for hook in hooks:
        hook.remove()
    return torch.stack(ranges).mean().item()


def _range_batches(run: Run) -> Iterator[slice]:
    """Mini-batches of validation images of the size of training, as far as there are whole ones."""
    size, images = run.cell.batch_size, len(run.data.validation)
    for number in range(min(RANGE_BATCHES, max(1, images // size))):
        yield slice(number * size, (number + 1) * size)
