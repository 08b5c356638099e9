"""Gather the metrics of all cells into one table."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.analysis.jobs:write_metrics",
    {
        "plan": snakemake.input.plan,
        "asked": snakemake.params.asked,
        "metrics": list(snakemake.input.metrics),
        "table": snakemake.output[0],
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
