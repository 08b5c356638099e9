"""Measure what each deviation of a study changes."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.analysis.jobs:write_deviations",
    {
        "plan": snakemake.input.plan,
        "verdicts": snakemake.params.verdicts,
        "table": snakemake.output[0],
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
