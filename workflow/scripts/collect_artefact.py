"""Gather the runs behind an artefact into its tidy tables."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.collecting import collect_artefact
from reprise.logs import logged
from reprise.studies.plan_reading import read_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan = Path(snakemake.input.plan)
    collect_artefact(
        read_study(plan, snakemake.wildcards.study),
        snakemake.wildcards.artefact,
        results=plan.parent,
        reference=Path("reference"),
        table=Path(snakemake.output.table),
        runs=Path(snakemake.output.runs),
    )
