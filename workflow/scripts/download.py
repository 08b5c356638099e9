"""Fetch one file of a data set, checked."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.data.fetching import fetch
from reprise.logs import logged
from reprise.planning.data_files import files_by_target
from reprise.planning.plan import Plan
from reprise.planning.starting_weights import weights_by_target

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    # The addresses are no parameter of the rule: another mirror of the same file renews nothing.
    plan = Plan.of(snakemake.config, Path.cwd())
    known = files_by_target(plan.sources.values()) | weights_by_target(plan.weights.values())
    file = known[snakemake.output[0]]
    fetch(file.addresses(), snakemake.params.sha256, Path(snakemake.output[0]), progress=True)
