"""Say what the runs of a configuration cost on this machine, before they run."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.estimates.estimate import estimate
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

# The processes that measure import this script too.
if __name__ == "__main__":
    with logged(snakemake.log[0]):
        params, root = snakemake.params, Path.cwd()
        text = estimate(
            snakemake.config, root, Path(params.results), snakemake.threads, params.on_gpus
        )
        print(text)
    print(text)
