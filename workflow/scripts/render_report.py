"""Render the report of a scale from its results folder."""

from typing import TYPE_CHECKING

from reprise.data.origins import make_files

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

make_files(
    snakemake,
    "reprise.rendering.jobs:write_report",
    {
        "results": snakemake.params.results,
        "destination": snakemake.params.destination,
        # An archive is rendered as it is, and nothing is written into it.
        "texts": list(snakemake.output.get("texts", [])),
    },
)
