# Weights that networks start from: a file of PyTorch, or the last state of a run.


rule start_weights:
    input:
        file=weights_file,
        prepared=weights_data,
    output:
        weights_path("{weights}"),
    log:
        "resources/logs/weights-{weights}.log",
    conda:
        "../envs/train.yaml"
    threads: 1
    resources:
        gpu=0 if PLAN.settings.device == "cpu" else 1,
        mem_mb=weights_megabytes,
        runtime=weights_minutes,
    params:
        cell=lambda wildcards: (
            weights_of(wildcards).trained and weights_of(wildcards).trained.canonical()
        ),
        device=PLAN.settings.device,
    message:
        "Making the starting weights {wildcards.weights}"
    script:
        "../scripts/start_weights.py"
