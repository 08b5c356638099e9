"""Gather the runs behind an artefact into its tidy tables."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_artefact_tables",
    {
        "plan": snakemake.input.plan,
        "artefact": snakemake.wildcards.artefact,
        "fingerprints": snakemake.params.fingerprints,
        "asked": snakemake.params.asked,
        "rung": snakemake.params.rung,
        "table": snakemake.output.table,
    },
)
