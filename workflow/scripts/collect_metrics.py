"""Gather the metrics of all cells into one table."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.run_checks import check_runs
from reprise.data.origins import keep_origin
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    results = Path(snakemake.input.plan).parent
    check_runs(snakemake.params.asked, results)
    folders = [str(Path(file).parent.relative_to(results)) for file in snakemake.input.metrics]
    collect_metrics(folders, results).to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
