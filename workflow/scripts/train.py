"""Train one cell."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.studies.cell import Cell
from reprise.training.cell_job import CellFiles, run_cell

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    output = snakemake.output
    run_cell(
        Cell.of(json.loads(snakemake.params.cell)),
        Path(snakemake.input.prepared),
        CellFiles(Path(output.description), Path(output.metrics), Path(output.history)),
        device=snakemake.config.get("device", "auto"),
        threads=snakemake.threads,
        identity={
            "published": snakemake.params.published,
            "fingerprint": snakemake.params.fingerprint,
        },
    )
