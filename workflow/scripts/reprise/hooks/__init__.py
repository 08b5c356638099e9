"""What is done around a run of Snakemake: before its first job, after its last, and to how it
executes jobs.

Its module ``snakemake_internals`` is the only place that reaches into Snakemake's own objects.
"""
