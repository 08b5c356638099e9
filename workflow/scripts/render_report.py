"""Render the report of a scale."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.rendering.report import render_report

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    results = Path(snakemake.input.plan).parent
    render_report(results, Path(snakemake.output[0]), Path("reference"))
