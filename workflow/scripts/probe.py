"""Compute an artefact from descriptions of its cells, or from the runs of other artefacts."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.analysis.jobs:write_computed_table",
    {
        "plan": snakemake.input.plan,
        "artefact": snakemake.wildcards.artefact,
        "runs": list(snakemake.input.get("runs", [])),
        "table": snakemake.output.table,
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
