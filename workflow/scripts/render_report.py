"""Render the report of a scale from its results folder."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.folders import own_or_built_in
from reprise.logs import logged
from reprise.rendering.report import render_report

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    params = snakemake.params
    # An archive is rendered as it is, and nothing is written into it.
    asked = {Path(file) for file in snakemake.output.get("texts", [])}
    reference = own_or_built_in("reference")
    render_report(Path(params.results), Path(params.destination), reference, asked)
    keep_origin(snakemake.output, params.get("origin"))
