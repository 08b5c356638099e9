"""Keep the finished runs of a scale as reference runs."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.reference_export import export_reference, of_other_code
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

terminal = sys.stderr
with logged(snakemake.log[0]):
    params, results = snakemake.params, Path(snakemake.params.results)
    kept = export_reference(results, Path("reference"))
    for name, runs in kept.items():
        print(f"reference/{name}: {runs} runs")
    if not kept:
        print(f"{results} has no finished run")
    if others := of_other_code(results, params.fingerprints):
        sentence = (
            f"{len(others)} of the runs are not of today's version of the code, {others[0]} for "
            "example: reports mark them"
        )
        print(sentence)
        print(sentence, file=terminal)
