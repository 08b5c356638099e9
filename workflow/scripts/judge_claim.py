"""Judge one claim by itself, without correction for the study's others."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.claims.judging import evaluate_claim
from reprise.data.origins import keep_origin
from reprise.logs import logged
from reprise.studies.plan_reading import read_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan, wildcards = Path(snakemake.input.plan), snakemake.wildcards
    study = read_study(plan, wildcards.study)
    claim = evaluate_claim(study, wildcards.claim, plan.parent, snakemake.params.verdicts)
    claim.to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
