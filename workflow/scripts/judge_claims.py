"""Judge all claims of a study."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.claims.judging import evaluate_study
from reprise.logs import logged
from reprise.studies.plan_reading import read_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan = Path(snakemake.input.plan)
    study = read_study(plan, snakemake.wildcards.study)
    claims = evaluate_study(study, plan.parent, snakemake.params.verdicts)
    claims.to_csv(snakemake.output[0], index=False)
