"""Make weights that networks start from."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.weight_files import convert_weights
from reprise.logs import logged
from reprise.studies.cell import Cell
from reprise.training.jobs.trained_weights import train_weights

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    destination, params = Path(snakemake.output[0]), snakemake.params
    if params.cell is None:
        convert_weights(Path(snakemake.input.file), destination)
    else:
        cell = Cell.of(json.loads(params.cell))
        prepared = Path(snakemake.input.prepared)
        train_weights(cell, prepared, destination, params.device, snakemake.threads)
