"""Train one cell."""

from typing import TYPE_CHECKING

from reprise.forking.client import run_function
from reprise.training.jobs.job import asked_job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.training.jobs.cell_job:run_cell",
    asked_job(snakemake).plain(),
    snakemake.log[0],
    fork=snakemake.params.fork,
    # Making an optimizer imports it, which takes as long as torch itself.
    imports=["torch._dynamo"],
)
