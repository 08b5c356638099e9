"""Run one probe on one cell."""

import json
from typing import TYPE_CHECKING

from reprise.logs import logged
from reprise.probes.probe_job import run_probe
from reprise.studies.choice import Choice
from reprise.training.job import Job

if TYPE_CHECKING:
    from snakemake.iocontainers import snakemake

with logged(snakemake.log[0]):
    run_probe(Choice.of(json.loads(snakemake.params.probe)), Job.of(snakemake))
