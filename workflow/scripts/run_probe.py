"""Run one probe on one cell."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.probes.probe_job import run_probe
from reprise.studies.cell import Cell
from reprise.studies.choice import Choice
from reprise.training.job import CellFiles

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    output = snakemake.output
    run_probe(
        Choice.of(json.loads(snakemake.params.probe)),
        Cell.of(json.loads(snakemake.params.cell)),
        Path(snakemake.input.prepared),
        CellFiles(Path(output.description), Path(output.metrics), Path(output.points)),
        device=snakemake.config.get("device", "auto"),
        threads=snakemake.threads,
        identity={
            "published": snakemake.params.published,
            "fingerprint": snakemake.params.fingerprint,
        },
    )
