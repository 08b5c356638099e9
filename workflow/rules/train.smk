# One job trains one cell.


rule train:
    input:
        prepared=prepared_input,
        weights=weights_input,
        changed=changed_run,
    output:
        description=f"results/{{scale}}/{CELL}/{DESCRIPTION}",
        metrics=f"results/{{scale}}/{CELL}/{METRICS}",
        history=f"results/{{scale}}/{CELL}/{HISTORY}",
    log:
        f"results/{{scale}}/logs/{CELL}.log",
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
        fingerprint=lambda wildcards: asked_run(wildcards).fingerprint,
        checkpoint=CHECKPOINTS["train"],
        prepared=prepared_file,
        origin=lambda wildcards: TODAY.data_origin(data_of(wildcards)),
        device=PLAN.settings.device,
        cuda_graphs=PLAN.settings.cuda_graphs,
        resident_share=PLAN.settings.resident_share,
        fork=PLAN.scale.forked_jobs,
    message:
        "Training {wildcards.model}, {wildcards.norm} norm, {wildcards.schedule} schedule, "
        "batch {wildcards.batch_size}, seed {wildcards.seed} (epochs in {log})"
    script:
        "../scripts/train.py"
