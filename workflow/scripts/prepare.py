"""Decode a data set into its prepared file."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.preparation import prepare
from reprise.data.sources import Source
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    prepare(
        Source.of(snakemake.params.name, snakemake.params.entry),
        [Path(file) for file in snakemake.input],
        Path(snakemake.output[0]),
        snakemake.params.pixels,
    )
