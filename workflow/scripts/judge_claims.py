"""Judge all claims of a study."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_study_claims",
    {
        "plan": snakemake.input.plan,
        "verdicts": snakemake.params.verdicts,
        "rung": snakemake.params.rung,
        "table": snakemake.output[0],
    },
)
