"""Example images of a data set, as they are prepared."""

from base64 import b64encode
from collections import Counter
from io import BytesIO

import numpy as np
import pandas as pd
from PIL import Image

from reprise.data.prepared import PreparedData
from reprise.data.resident import ResidentData
from reprise.errors import InputError
from reprise.probes.registry import ProbeResult, probes
from reprise.studies.cell import Cell

METRICS = ("images",)


@probes.register("example_images", runs=True)
def example_images(
    cell: Cell, data: ResidentData, prepared: PreparedData, *, images: int = 10
) -> ProbeResult:
    """The first training images of each class: one a class in the order of the classes, and
    further rounds where more images are asked for than there are classes.

    Returns:
        ``images``, their number; as points ``image`` (from 1), ``data`` (name and variant of the
        data set that was read), ``class`` (its name) and ``png`` (the image as PNG in base64).

    Raises:
        InputError: fewer than one image is asked for.
    """
    if images < 1:
        raise InputError(f"probe 'example_images' expects 1 image or more, found {images}")
    data_set = f"{prepared.name}, {prepared.variant}"
    points = [
        {
            "image": number,
            "data": data_set,
            "class": prepared.classes[label],
            "png": _png(prepared, row),
        }
        for number, (label, row) in enumerate(_chosen(prepared, images), start=1)
    ]
    return ProbeResult({"images": len(points)}, pd.DataFrame(points))


def _chosen(prepared: PreparedData, images: int) -> list[tuple[int, int]]:
    """(label, row) of the examples."""
    labels = np.asarray(prepared.train_labels)
    seen: Counter[int] = Counter()
    ranked = []
    for row, label in enumerate(labels.tolist()):
        ranked.append((seen[label], label, row))
        seen[label] += 1
    return [(label, row) for _, label, row in sorted(ranked)[:images]]


def _png(prepared: PreparedData, row: int) -> str:
    pixels = np.moveaxis(np.asarray(prepared.train_images[row]), 0, -1)
    stream = BytesIO()
    Image.fromarray(pixels.squeeze(-1) if pixels.shape[-1] == 1 else pixels).save(stream, "PNG")
    return b64encode(stream.getvalue()).decode("ascii")
