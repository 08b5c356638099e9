"""Write what all studies share of what was asked beside the results."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.studies.plan_storage import shared_content, write_content

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    content = plan_content(Plan.of(snakemake.config, Path.cwd()))
    write_content(shared_content(content), Path(snakemake.output[0]))
