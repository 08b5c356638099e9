"""The noise scale of SGD at stages of schedules, without a run.

Smith and Le (2018), "A Bayesian perspective on generalization and stochastic gradient descent", and
Smith, Kindermans, Ying and Le (2018), "Don't decay the learning rate, increase the batch size".
"""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.optim.batch_sizes import batch_sizes
from reprise.optim.progress import Progress
from reprise.optim.schedules import schedules
from reprise.probes.registry import probes
from reprise.studies.artefact_records import RowRecord
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

RELATIVE = "relative_"
DEFINITION = (
    "The noise scale is g = learning rate / (1 - momentum) x (N / B - 1) for N training images in "
    "batches of B; approximately, for N much larger than B, with N / B in place of N / B - 1."
)
RELATIVE_DEFINITION = "Relative noise scales are divided by that of {name} at the same epoch."


@probes.register("noise_scales", exact=True)
def noise_scales(
    rows: Sequence[RowRecord],
    *,
    epoch_axis: str,
    epochs: Mapping[str, float],
    relative_to: Mapping[str, str],
) -> pd.DataFrame:
    """The noise scale of every row's cell, as published, at the epoch of the row.

    What a row shows is its metric: ``noise_scale``, ``approximate_noise_scale``, or one of these
    after ``relative_``, divided by that of another cell at the same epoch.

    Args:
        rows: of the table.
        epoch_axis: the axis whose values stand for epochs.
        epochs: the epoch, from 0, of each value of that axis.
        relative_to: value ids by axis, beside the epoch, of the cell with which others are
            compared.

    Returns:
        Tidy rows in the order of ``rows``: the axes, ``arm``, the columns of every artefact with
        the noise scale as ``mean``, and ``definition``.

    Raises:
        InputError: a value of the axis without an epoch, an epoch outside of the run, a metric of
            another name, or no row to compare with.
    """
    return pd.DataFrame([_entry(row, rows, epoch_axis, epochs, relative_to) for row in rows])


def _entry(
    row: RowRecord,
    rows: Sequence[RowRecord],
    epoch_axis: str,
    epochs: Mapping[str, float],
    relative_to: Mapping[str, str],
) -> dict[str, Any]:
    value, metric = row.axes.get(epoch_axis), row.metric
    if value not in epochs:
        raise InputError(
            f"probe noise_scales: expected an epoch for every value of the axis {epoch_axis!r}, "
            f"found none for {value!r}; {choose_among(value, epochs)}"
        )
    scales = _scales(row, epochs[value])
    definition = DEFINITION
    if metric.startswith(RELATIVE):
        divisors = _scales(_reference(rows, relative_to), epochs[value])
        scales = {f"{RELATIVE}{name}": scale / divisors[name] for name, scale in scales.items()}
        name = ", ".join(relative_to.values())
        definition += " " + RELATIVE_DEFINITION.format(name=name)
    if metric not in scales:
        names = [*divisors, *scales] if metric.startswith(RELATIVE) else [*scales]
        raise InputError(
            f"probe noise_scales: expected the metric of every row to be a noise scale, found "
            f"{metric!r}; {choose_among(metric, names)}"
        )
    exact = {"mean": scales[metric], "std": None, "n": 1, "status": "finished"}
    return {**row.leading_columns, **exact, "definition": definition}


def _reference(rows: Sequence[RowRecord], relative_to: Mapping[str, str]) -> RowRecord:
    for row in rows:
        if all(row.axes.get(axis) == value for axis, value in relative_to.items()):
            return row
    raise InputError(
        f"probe noise_scales: expected a row at {dict(relative_to)}, found none: correct "
        "relative_to"
    )


def _scales(row: RowRecord, epoch: float) -> dict[str, float]:
    """The noise scale of a row's cell at an epoch, and its approximation."""
    cell: Cell = row.cell
    if not 0 <= epoch < cell.epochs:
        raise InputError(
            f"probe noise_scales: expected epochs from 0 and below the {cell.epochs} of the run, "
            f"found {epoch:g}: correct epochs"
        )
    held = Progress(float(epoch), cell.epochs, 0, 1).held(cell.schedule_interval)
    rate, momentum = (
        schedules[value.name](held, **value.arguments) if isinstance(value, Choice) else value
        for value in (cell.schedule, cell.momentum)
    )
    step, share = rate / (1 - momentum), row.train_images.published
    batches = share / batch_sizes(cell)[int(epoch)]
    return {"noise_scale": step * (batches - 1), "approximate_noise_scale": step * batches}
