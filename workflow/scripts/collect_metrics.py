"""Gather the metrics of all cells into one table."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_metrics",
    {
        "plan": snakemake.input.plan,
        "asked": snakemake.params.asked,
        "metrics": list(snakemake.input.metrics),
        "table": snakemake.output[0],
    },
)
