"""Write the runs that are asked for as a list of jobs, for a machine without Snakemake."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.commits import git_state
from reprise.elsewhere.listing import list_runs, list_text
from reprise.folders import WORKFLOW
from reprise.logs import logged
from reprise.planning.plan import Plan

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

terminal = sys.stdout
with logged(snakemake.log[0]):
    params, destination = snakemake.params, Path(snakemake.params.destination)
    jobs = list_runs(Plan.of(snakemake.config, Path.cwd()), params.folders)
    jobs.write(destination)
    text = list_text(jobs, destination, git_state(WORKFLOW)["modified"])
    print(text)
    print(text, file=terminal)
