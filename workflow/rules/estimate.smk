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
