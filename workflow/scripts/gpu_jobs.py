"""Say how many cells at a time a GPU of this machine trains fastest."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.estimates.gpu_jobs import gpu_jobs
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

terminal = sys.stdout
with logged(snakemake.log[0]):
    text = gpu_jobs(snakemake.config, Path.cwd(), snakemake.threads)
    print(text)
    print(text, file=terminal)
