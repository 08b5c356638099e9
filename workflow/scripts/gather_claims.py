"""Put the claims of all studies into one table."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.analysis.jobs:write_all_claims",
    {
        "claims": list(snakemake.input.claims),
        "table": snakemake.output[0],
    },
)
