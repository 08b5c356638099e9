# Reprise: CNN-training studies run again, cell by cell. See README.md and config/README.md.

from snakemake.utils import min_version

min_version("9.0")


configfile: "config/config.yaml"


# Used with --sdm apptainer alone; see containers/README.md.
container: "containers/reprise.sif"


# How many runs of a group take place at a time; it limits no others.
resource_scopes:
    runs_at_once="local",


include: "workflow/rules/common.smk"
include: "workflow/rules/finished.smk"
include: "workflow/rules/data.smk"
include: "workflow/rules/estimate.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/probe.smk"
include: "workflow/rules/aggregate.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"


onstart:
    leave_locks_of_others(workflow)
    look_for_jobs_only_when_one_ends(workflow)
    forget_runs_asked_for_anew(workflow)


onsuccess:
    settle_finished_runs(workflow)


onerror:
    settle_finished_runs(workflow)


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        REPORT,
