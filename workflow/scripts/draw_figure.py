"""Draw an artefact's figure."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.rendering.jobs:draw_artefact_figure",
    {
        "plan": snakemake.input.plan,
        "study": snakemake.wildcards.study,
        "artefact": snakemake.wildcards.artefact,
        "svg": snakemake.output.svg,
        "png": snakemake.output.png,
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.origin)
