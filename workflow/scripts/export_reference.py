"""Keep the finished runs of a scale as reference runs."""

from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.reference_export import export_reference
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    kept = export_reference(Path(snakemake.params.results), Path("reference"))
    for name, runs in kept.items():
        print(f"reference/{name}: {runs} runs")
    if not kept:
        print(f"{snakemake.params.results} has no finished run")
