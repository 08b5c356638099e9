"""Draw the learning curves of the cells behind an artefact."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.rendering.jobs:draw_artefact_curves",
    {
        "plan": snakemake.input.plan,
        "study": snakemake.wildcards.study,
        "artefact": snakemake.wildcards.artefact,
        "svg": snakemake.output.svg,
    },
)
