"""What is done around a run of Snakemake: before its first job, after its last, and to how it
executes jobs.

The only room that reaches into Snakemake's own objects, so that another version of it is looked
after in one place.
"""
