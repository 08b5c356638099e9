# Reference runs: keeping finished runs, and checking kept ones against today's code.


# Without output, so that it runs whenever it is asked for.
rule export_reference:
    log:
        f"{RESULTS}/logs/export_reference.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        results=RESULTS,
        fingerprints=lambda wildcards: run_fingerprints(),
    message:
        "Keeping the finished runs of {params.results} in reference/"
    script:
        "../scripts/export_reference.py"


# The first epochs of a kept run, trained again by the code of a fingerprint.
rule check_run:
    input:
        prepared=lambda wildcards: ancient(prepared_file(wildcards)),
    output:
        description=f"results/{{scale}}/checks/{{code}}/{CELL}/{DESCRIPTION}",
        metrics=f"results/{{scale}}/checks/{{code}}/{CELL}/{METRICS}",
        history=f"results/{{scale}}/checks/{{code}}/{CELL}/{HISTORY}",
    log:
        f"results/{{scale}}/logs/checks/{{code}}/{RUN}.log",
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0 if PLAN.settings.device == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: attempt * megabytes_of(cell_of(wildcards)),
        runtime=lambda wildcards, attempt: attempt * cell_minutes(wildcards),
    params:
        cell=lambda wildcards: cell_of(wildcards).canonical(),
        published=lambda wildcards: asked_run(wildcards).published,
        fingerprint="{code}",
        prepared=prepared_file,
        origin=lambda wildcards: TODAY.data_origin(data_of(wildcards)),
        device=PLAN.settings.device,
        cuda_graphs=False,
        resident_share=PLAN.settings.resident_share,
        epochs=PLAN.settings.check_epochs,
        fork=PLAN.scale.forked_jobs,
    message:
        "Training {wildcards.model}, {wildcards.variant}, seed {wildcards.seed} again for "
        "{params.epochs} epochs"
    script:
        "../scripts/check_run.py"


# Without output, so that it runs whenever it is asked for.
rule check_reference:
    input:
        checks_of_reference,
    log:
        f"{RESULTS}/logs/check_reference.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        scale=SCALE,
        results=RESULTS,
        fingerprints=lambda wildcards: run_fingerprints(),
    message:
        "Comparing kept runs with those run again"
    script:
        "../scripts/check_reference.py"
