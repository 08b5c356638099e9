# Where Snakemake starts. The workflow is workflow/Snakefile, which other workflows use as a module.


include: "workflow/Snakefile"


# What is included names no default target.
workflow.default_target = "all"
