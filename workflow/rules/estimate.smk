# What the runs that are asked for would cost.


# Estimates what the plan costs; users ask for it as `snakemake plan`. Without output, so that it runs
# whenever it is asked for.
rule plan:
    log:
        f"{RESULTS}/logs/plan.log",
    localrule: True
    conda:
        "../envs/train.yaml"
    threads: workflow.cores
    params:
        results=RESULTS,
        on_gpus=lambda wildcards: most_jobs_on_gpus(workflow),
    message:
        "Measuring this machine to estimate what {params.results} costs"
    script:
        "../scripts/estimate.py"


# Finds how many cells at a time a GPU trains fastest. Without output, like `plan`.
rule gpu_jobs:
    log:
        f"{RESULTS}/logs/gpu_jobs.log",
    localrule: True
    conda:
        "../envs/train.yaml"
    threads: workflow.cores
    message:
        "Trying how many cells at a time this GPU trains fastest"
    script:
        "../scripts/gpu_jobs.py"
