"""Fetch one file of a data set, checked."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.fetching import fetch
from reprise.data.sources import SourceFile
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    file = SourceFile(**{**snakemake.params.file, "urls": tuple(snakemake.params.file["urls"])})
    fetch(file.addresses(), file.sha256, Path(snakemake.output[0]), progress=True)
