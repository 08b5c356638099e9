"""Compute an artefact that needs no training."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.discovery import import_room
from reprise.logs import logged
from reprise.probes.registry import probes
from reprise.studies.plan_reading import read_artefact

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    import_room("probes")
    wildcards = snakemake.wildcards
    artefact = read_artefact(Path(snakemake.input.plan), wildcards.study, wildcards.artefact)
    arguments = dict(artefact["probe"])
    table = probes[arguments.pop("name")](artefact["rows"], **arguments)
    table.to_csv(snakemake.output.table, index=False)
