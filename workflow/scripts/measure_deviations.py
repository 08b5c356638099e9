"""Measure what each deviation of a study changes."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.deviations import measure_deviations
from reprise.analysis.reference import read_reference
from reprise.data.origins import keep_origin
from reprise.folders import own_or_built_in
from reprise.logs import logged
from reprise.studies.plan_storage import read_study

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan = Path(snakemake.input.plan)
    study = read_study(plan)
    reference = read_reference(own_or_built_in("reference"))
    deviations = measure_deviations(study, plan.parents[1], snakemake.params.verdicts, reference)
    deviations.to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
