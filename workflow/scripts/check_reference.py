"""Say which kept runs are still what today's code gives, and write the checks down."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from reprise.analysis.reference import read_reference
from reprise.analysis.reference_checks import check_reference
from reprise.folders import own_or_built_in
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

terminal = sys.stderr
with logged(snakemake.log[0]):
    params = snakemake.params
    folder = own_or_built_in("reference")
    for sentence in check_reference(
        read_reference(folder), params.scale, params.fingerprints, Path(params.results)
    ):
        print(sentence)
        print(sentence, file=terminal)
