"""Decode a data set into its prepared file."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.forking.client import run_function
from reprise.studies.settings import Settings

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

params = snakemake.params
run_function(
    "reprise.data.jobs:prepare_data",
    {
        "name": params.name,
        "entry": params.entry,
        # The user's folder is no parameter of the rule: the same images elsewhere renew nothing.
        "datasets": Settings.of(snakemake.config, Path.cwd()).datasets,
        "files": list(snakemake.input.files),
        "pixels": params.pixels,
        "classes": params.classes,
        "prepared": snakemake.output[0],
        "prepared_name": snakemake.wildcards.prepared,
        "origin": params.origin,
        "folder": params.folder,
        "contents": params.contents,
    },
    snakemake.log[0],
    fork=params.fork,
    # Digits come from there, and importing it takes longer than all that is done with them.
    imports=["sklearn.datasets"],
)
