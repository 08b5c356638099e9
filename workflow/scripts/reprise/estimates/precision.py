"""What the number format of the products costs, in a sentence."""

import dataclasses
from collections.abc import Callable, Mapping

import torch

from reprise.estimates.calibration import Cost, SampleCell
from reprise.studies.cell import FLOAT32, TFLOAT32

Measure = Callable[[Mapping[str, SampleCell]], Mapping[str, Cost]]


def precision_text(
    precision: str,
    samples: Mapping[str, SampleCell],
    costs: Mapping[str, Cost],
    device: torch.device,
    measure: Measure,
) -> str:
    """Which format is asked for, and how long the dearest network takes in float32 beside tfloat32.

    Args:
        precision: the format.
        samples: by name, all that cost something.
        costs: of an image, by the same names.
        device: where the runs compute.
        measure: gives the costs of samples.
    """
    said = (
        "Products are computed in float32, as published."
        if precision == FLOAT32
        else f"Products are computed in {precision}, which is not as published (float32): "
        "results may differ."
    )
    if not samples or device.type != "cuda" or not torch.cuda.is_tf32_supported():
        return said
    dearest = samples[max(costs, key=lambda name: costs[name].training_seconds)]
    both = {
        name: dataclasses.replace(dearest, cell=dataclasses.replace(dearest.cell, precision=name))
        for name in (FLOAT32, TFLOAT32)
    }
    of_both = measure(both)
    ratio = of_both[FLOAT32].training_seconds / of_both[TFLOAT32].training_seconds
    return (
        f"{said} The dearest network ({dearest.cell.model.name}) trains {ratio:.1f} times as long "
        "in float32 as in tfloat32."
    )
