"""Pack the results of a scale as an RO-Crate."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.planning.plan import Plan
from reprise.rendering.crate import write_crate

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    sources = Plan.of(snakemake.config, Path.cwd()).sources.values()
    write_crate(
        Path(snakemake.params.results),
        Path(snakemake.input.report),
        sources,
        snakemake.config,
        Path(snakemake.output[0]),
    )
