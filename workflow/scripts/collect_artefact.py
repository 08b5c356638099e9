"""Gather the runs behind an artefact into its tidy tables."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.analysis.jobs:write_artefact_tables",
    {
        "plan": snakemake.input.plan,
        "artefact": snakemake.wildcards.artefact,
        "fingerprints": snakemake.params.fingerprints,
        "asked": snakemake.params.asked,
        "rung": snakemake.params.rung,
        "runs": snakemake.output.runs,
        "table": snakemake.output.table,
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
