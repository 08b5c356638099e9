"""Draw the learning curves of the cells behind an artefact."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.rendering.figures import draw_learning_curves
from reprise.studies.plan_reading import read_artefact

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    plan, wildcards = Path(snakemake.input.plan), snakemake.wildcards
    draw_learning_curves(
        read_artefact(plan, wildcards.study, wildcards.artefact),
        plan.parent,
        wildcards.study,
        Path(snakemake.output.svg),
    )
