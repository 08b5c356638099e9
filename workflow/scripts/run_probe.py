"""Run one probe on one cell."""

import json
from typing import TYPE_CHECKING

from reprise.forking.client import run_function
from reprise.training.jobs.job import CHECKPOINTS, plain_job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

job = {
    **plain_job(snakemake),
    "probe": json.loads(snakemake.params.probe),
    "checkpoint": CHECKPOINTS["run_probe"].format(**snakemake.wildcards),
}
run_function(
    "reprise.probes.probe_job:run_probe",
    job,
    snakemake.log[0],
    fork=snakemake.params.fork,
    imports=["torch._dynamo", "reprise.training.jobs.cell_job"],
)
