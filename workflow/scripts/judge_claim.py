"""Judge one claim by itself, without correction for the study's others."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.claims.ladder import evaluate_claim
from reprise.data.origins import keep_origin
from reprise.logs import logged
from reprise.studies.plan_storage import read_study
from reprise.studies.rungs import rung_named

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan, wildcards, params = Path(snakemake.input.plan), snakemake.wildcards, snakemake.params
    study = read_study(plan)
    rung = rung_named(params.rung)
    claim = evaluate_claim(study, wildcards.claim, plan.parents[1], params.verdicts, rung)
    claim.to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
