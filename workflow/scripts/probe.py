"""Compute an artefact from descriptions of its cells, or from the runs of other artefacts."""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.collecting import axis_names, read_runs
from reprise.inventory import find
from reprise.logs import logged
from reprise.probes.registry import Searched, probes
from reprise.studies.plan_reading import read_artefact

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake


def searched(plan: Path, study: str, runs: Path) -> Searched:
    """An artefact that the probe reads, named as its file of runs."""
    artefact = read_artefact(plan, study, runs.name.removesuffix(".runs.csv"))
    return Searched.of(artefact, read_runs(runs, axis_names(artefact["rows"])))


with logged(snakemake.log[0]):
    plan, study = Path(snakemake.input.plan), snakemake.wildcards.study
    artefact = read_artefact(plan, study, snakemake.wildcards.artefact)
    arguments = dict(artefact["probe"])
    entry = find("probe", arguments.pop("name"), f"{plan}: {study}: {artefact['id']}")
    import_module(entry.module)
    given = [artefact["rows"]]
    if entry.description.get("reads"):
        files = [Path(file) for file in snakemake.input.runs]
        given.append({f.name.removesuffix(".runs.csv"): searched(plan, study, f) for f in files})
    probes[entry.name](*given, **arguments).to_csv(snakemake.output.table, index=False)
