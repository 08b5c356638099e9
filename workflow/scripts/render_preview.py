"""Render a report of whatever is finished."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.folders import own_or_built_in
from reprise.logs import logged
from reprise.rendering.preview import render_preview

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    params = snakemake.params
    render_preview(
        params.plan,
        Path(params.results),
        Path(params.destination),
        own_or_built_in("reference"),
        params.fingerprints,
        params.others,
    )
