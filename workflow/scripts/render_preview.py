"""Render a report of whatever is finished."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.rendering.preview import render_preview

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    results = Path(snakemake.input.plan).parent
    render_preview(results, Path(snakemake.params.destination), Path("reference"))
