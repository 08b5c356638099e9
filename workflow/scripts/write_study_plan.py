"""Write what was asked of a study beside its results."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.planning.plan import Plan
from reprise.planning.plan_file import plan_content
from reprise.studies.plan_storage import study_contents, write_content

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    study = snakemake.wildcards.study
    content = plan_content(Plan.of({**snakemake.config, "studies": study}, Path.cwd()))
    write_content(study_contents(content)[study], Path(snakemake.output[0]))
