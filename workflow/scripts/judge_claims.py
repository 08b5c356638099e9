"""Judge all claims of a study."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.verdicts import write_claims
from reprise.logs import logged
from reprise.studies.plan_reading import read_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan = Path(snakemake.input.plan)
    write_claims(
        read_study(plan, snakemake.wildcards.study),
        results=plan.parent,
        verdicts=snakemake.params.verdicts,
        destination=Path(snakemake.output[0]),
    )
