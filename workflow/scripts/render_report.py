"""Render the report of a scale from its results folder."""

from typing import TYPE_CHECKING

from reprise.data.origins import keep_origin
from reprise.forking.client import run_function

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

run_function(
    "reprise.rendering.jobs:write_report",
    {
        "results": snakemake.params.results,
        "destination": snakemake.params.destination,
        # An archive is rendered as it is, and nothing is written into it.
        "texts": list(snakemake.output.get("texts", [])),
    },
    snakemake.log[0],
    fork=True,
)
keep_origin(snakemake.output, snakemake.params.get("origin"))
