"""Write what was asked beside the results."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.planning.plan import Plan
from reprise.planning.plan_file import write_plan

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    write_plan(Plan.of(snakemake.config, Path.cwd()), Path(snakemake.output[0]))
