"""What the Snakefile asks: from the configuration to cells, data and targets, checked.

This room stands before the pipeline: it may read studies, data sources and schedules, imports no
torch, and no other room imports it.
"""
