"""Decode a data set into its prepared file."""

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.preparation import prepare
from reprise.data.prepared_checksums import PreparedChecksum
from reprise.data.sources import Source
from reprise.logs import logged
from reprise.planning.plan import Plan

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    source = Source.of(snakemake.params.name, snakemake.params.entry)
    # The user's folder is no parameter of the rule: the same images elsewhere renew nothing.
    known = Plan.of(snakemake.config, Path.cwd()).sources[source.name]
    params, prepared = snakemake.params, Path(snakemake.output[0])
    prepare(
        replace(source, folder=known.folder),
        [Path(file) for file in snakemake.input.files],
        prepared,
        params.pixels,
        params.classes,
    )
    checksum = PreparedChecksum.of(prepared, params.origin, params.folder, params.contents)
    checksum.keep(snakemake.wildcards.prepared)
