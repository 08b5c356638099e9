"""Reprise: CNN-training studies run again, cell by cell.

Rooms, in the order in which data flows; a room imports only from rooms before it:
studies, data, nets, optim, training, probes, analysis, rendering. Four more rooms are imported by
none of them: planning answers the Snakefile, estimates says what a plan costs, elsewhere runs its
jobs without Snakemake, and hooks is what is done around a run of Snakemake. The room forking, which
runs functions in forks of one process, and the modules beside this one import no room.
"""

__version__ = "0.1.0"
