"""Put the claims of all studies into one table."""

from typing import TYPE_CHECKING

import pandas as pd

from reprise.data.origins import keep_origin
from reprise.logs import logged

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    # As text, so that no number changes on the way.
    tables = [pd.read_csv(file, dtype=str) for file in snakemake.input.claims]
    pd.concat(tables).to_csv(snakemake.output[0], index=False)
    keep_origin(snakemake.output, snakemake.params.origin)
