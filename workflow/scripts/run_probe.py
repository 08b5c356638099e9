"""Run one probe on one cell."""

import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.forking.client import run_function
from reprise.studies.choice import Choice
from reprise.training.jobs.job import CHECKPOINTS, asked_job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

job = replace(
    asked_job(snakemake),
    probe=Choice.of(json.loads(snakemake.params.probe)),
    checkpoint=Path(CHECKPOINTS["run_probe"].format(**snakemake.wildcards)),
)
run_function(
    "reprise.probes.probe_job:run_probe",
    job.plain(),
    snakemake.log[0],
    fork=snakemake.params.fork,
    imports=["torch._dynamo", "reprise.training.jobs.cell_job"],
)
