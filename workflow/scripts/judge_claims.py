"""Judge all claims of a study."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.claims.study_claims import evaluate_study
from reprise.analysis.reference import read_reference
from reprise.data.origins import keep_origin
from reprise.folders import own_or_built_in
from reprise.logs import logged
from reprise.studies.plan_storage import read_study
from reprise.studies.rungs import rung_named

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan, params = Path(snakemake.input.plan), snakemake.params
    study = read_study(plan)
    # Which of them are stale stands in the tables.
    reference = read_reference(own_or_built_in("reference"))
    references = dict.fromkeys(study.artefacts_by_id, reference)
    rung = rung_named(params.rung)
    claims = evaluate_study(study, plan.parents[1], params.verdicts, references, rung)
    claims.to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
