"""Gather the runs behind an artefact into its tidy tables."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.collecting import collect_runs
from reprise.analysis.reference import read_reference
from reprise.analysis.summaries import summarise
from reprise.logs import logged
from reprise.studies.plan_reading import read_artefact

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan, wildcards = Path(snakemake.input.plan), snakemake.wildcards
    artefact = read_artefact(plan, wildcards.study, wildcards.artefact)
    runs = collect_runs(artefact["rows"], plan.parent)
    runs.to_csv(snakemake.output.runs, index=False)
    reference = read_reference(Path("reference"), snakemake.params.fingerprints)
    table = summarise(runs, artefact["rows"], reference, artefact["metric"])
    table.to_csv(snakemake.output.table, index=False)
