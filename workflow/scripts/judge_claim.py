"""Judge one claim by itself, without correction for the study's others."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_claim",
    {
        "plan": snakemake.input.plan,
        "claim": snakemake.wildcards.claim,
        "verdicts": snakemake.params.verdicts,
        "rung": snakemake.params.rung,
        "table": snakemake.output[0],
    },
)
