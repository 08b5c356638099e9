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


from reprise.hooks.execution import take_jobs_for_cores

# Before the rules that ask how many cores there are.
take_jobs_for_cores(workflow)


include: "workflow/rules/data.smk"
include: "workflow/rules/estimate.smk"
include: "workflow/rules/train.smk"
include: "workflow/rules/probe.smk"
include: "workflow/rules/aggregate.smk"
include: "workflow/rules/report.smk"
include: "workflow/rules/targets.smk"


from reprise.hooks.execution import (
    check_before_planning,
    go_on_within_groups,
    leave_locks_of_others,
    look_for_jobs_only_when_one_ends,
    see_that_there_is_a_gpu,
)
from reprise.hooks.kept_runs import KeptRuns

check_before_planning(workflow, look_at_targets)
KEPT_RUNS = KeptRuns(workflow, Path(RESULTS))
go_on_within_groups(workflow)
leave_locks_of_others()


onstart:
    see_that_there_is_a_gpu(workflow, PLAN.settings.device)
    look_for_jobs_only_when_one_ends(workflow)
    KEPT_RUNS.forget_those_asked_for_anew()


onsuccess:
    KEPT_RUNS.settle()


onerror:
    KEPT_RUNS.settle()


report: "workflow/report/workflow.rst"


rule all:
    default_target: True
    input:
        REPORT,
