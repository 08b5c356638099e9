"""What jobs ask of a machine."""

import math

from reprise.data.sources import Source
from reprise.optim.batch_sizes import batch_sizes
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice

LIBRARIES_AND_MODEL_MEGABYTES = 3500
# Twice what VGG16 with batch norm keeps of an image for its backward pass at float32, a pixel.
BYTES_A_PIXEL = 5000


def training_megabytes(cell: Cell, source: Source) -> int:
    """Memory that a run on a CPU may take, by its batch and the size of its images.

    Args:
        cell: as run.
        source: its data set, at the size of its images.
    """
    pixels = max(batch_sizes(cell)) * source.pixels**2
    return LIBRARIES_AND_MODEL_MEGABYTES + math.ceil(BYTES_A_PIXEL * pixels / 1e6)


def cores_of_probe(probe: Choice) -> int:
    """Cores that a run of a probe keeps busy: its own, and one for each of its ``workers``."""
    return 1 + probe.arguments.get("workers", 0)
