"""Compute an artefact from descriptions of its cells, or from the runs of other artefacts."""

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.collecting import axis_names, read_runs
from reprise.data.origins import keep_origin
from reprise.logs import logged
from reprise.probes.computed_table import computed_table
from reprise.probes.registry import Searched
from reprise.studies.plan_storage import read_artefact

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def searched(plan: Path, files: list[str]) -> dict[str, Searched]:
    """The artefacts that the probe reads, each named as its file of runs."""
    found = {}
    for runs in map(Path, files):
        artefact = read_artefact(plan, runs.name.removesuffix(".runs.csv"))
        found[artefact["id"]] = Searched.of(artefact, read_runs(runs, axis_names(artefact["rows"])))
    return found


with logged(snakemake.log[0]):
    plan = Path(snakemake.input.plan)
    artefact = read_artefact(plan, snakemake.wildcards.artefact)
    read = partial(searched, plan, snakemake.input.get("runs", []))
    table = computed_table(artefact, str(plan), read)
    table.to_csv(snakemake.output.table, index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
