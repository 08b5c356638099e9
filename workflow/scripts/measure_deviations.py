"""Measure what each deviation of a study changes."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_deviations",
    {
        "plan": snakemake.input.plan,
        "verdicts": snakemake.params.verdicts,
        "table": snakemake.output[0],
    },
)
