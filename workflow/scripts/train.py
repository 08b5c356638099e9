"""Train one cell."""

from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.training.cell_job import run_cell
from reprise.training.job import Job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    run_cell(Job.of(snakemake))
