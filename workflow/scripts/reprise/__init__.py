"""Reprise: CNN-training studies run again, cell by cell.

Rooms, in the order in which data flows; a room imports only from rooms before it:
studies, data, nets, optim, training, probes, analysis, rendering. Two rooms are imported by none
of them: planning answers the Snakefile, and estimates says what a plan costs. The modules beside
this one (errors, registry, inventory, fingerprint, discovery, durations, folders, logs) serve all
rooms and import none.
"""

__version__ = "0.1.0"
