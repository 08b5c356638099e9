"""Reprise: CNN-training studies run again, cell by cell.

Rooms, in the order in which data flows; a room imports only from rooms before it:
studies, data, nets, optim, training, probes, analysis, rendering. The room planning answers the
Snakefile and is imported by none. The modules beside this one (errors, registry, inventory,
fingerprint, discovery, logs) serve all rooms and import none.
"""

__version__ = "0.1.0"
