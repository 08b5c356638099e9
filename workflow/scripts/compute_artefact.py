"""Compute an artefact from descriptions of its cells, or from the runs of other artefacts."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_computed_table",
    {
        "plan": snakemake.input.plan,
        "artefact": snakemake.wildcards.artefact,
        "searched": snakemake.params.searched,
        "table": snakemake.output.table,
    },
)
