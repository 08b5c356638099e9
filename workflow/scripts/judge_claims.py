"""Judge all claims of a study."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.analysis.jobs:write_study_claims",
    {
        "plan": snakemake.input.plan,
        "verdicts": snakemake.params.verdicts,
        "rung": snakemake.params.rung,
        "table": snakemake.output[0],
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
