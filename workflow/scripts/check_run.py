"""Train the first epochs of a kept run again."""

from typing import TYPE_CHECKING

from reprise.forking.client import run_function
from reprise.training.jobs.job import asked_job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.training.jobs.cell_job:run_first_epochs",
    {**asked_job(snakemake).plain(), "first_epochs": snakemake.params.epochs},
    snakemake.log[0],
    fork=snakemake.params.fork,
    imports=["torch._dynamo"],
)
