# What artefacts need beyond the history of trained cells.

from reprise.planning.resources import cores_of_probe


rule run_probe:
    input:
        prepared=prepared_input,
        weights=weights_input,
        changed=changed_run,
    output:
        description=f"results/{{scale}}/{PROBE}/{DESCRIPTION}",
        metrics=f"results/{{scale}}/{PROBE}/{METRICS}",
        history=f"results/{{scale}}/{PROBE}/{HISTORY}",
    log:
        f"results/{{scale}}/logs/{PROBE}.log",
    conda:
        "../envs/train.yaml"
    threads: lambda wildcards: cores_of_probe(asked_run(wildcards).probe)
    resources:
        gpu=0 if PLAN.settings.device == "cpu" else 1,
        mem_mb=lambda wildcards, attempt: attempt * megabytes_of(cell_of(wildcards)),
        runtime=lambda wildcards, attempt: attempt * probe_minutes(wildcards),
        # Threads are capped by the cores of the machine that submits.
        cpus_per_task=lambda wildcards: cores_of_probe(asked_run(wildcards).probe),
    params:
        probe=lambda wildcards: canonical_json(asked_run(wildcards).probe.plain()),
        cell=lambda wildcards: cell_of(wildcards).canonical(),
        published=lambda wildcards: asked_run(wildcards).published,
        fingerprint=lambda wildcards: asked_run(wildcards).fingerprint,
        prepared=prepared_file,
        origin=lambda wildcards: TODAY.data_origin(data_of(wildcards)),
        device=PLAN.settings.device,
        cuda_graphs=PLAN.settings.cuda_graphs,
        resident_share=PLAN.settings.resident_share,
        fork=PLAN.scale.forked_jobs,
    message:
        "Running {wildcards.probe} on {wildcards.model}, {wildcards.variant}, seed {wildcards.seed}"
    script:
        "../scripts/run_probe.py"


rule compute_artefact:
    input:
        runs=searched_runs,
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(computed_from, f"{RESULTS}/{{study}}/{{artefact}}.csv"),
    output:
        table=report(
            f"{RESULTS}/{{study}}/{{artefact}}.csv",
            category="{study}",
            subcategory="{artefact}",
            labels=data_labels,
            caption="../report/table.rst",
        ),
    log:
        f"{RESULTS}/logs/{{study}}/{{artefact}}.probe.log",
    wildcard_constraints:
        study=studies_with(runs=False),
    localrule: True
    conda:
        "../envs/train.yaml"
    params:
        origin=computed_from,
        searched=searched_fingerprints,
    message:
        "Computing {wildcards.study}/{wildcards.artefact}"
    script:
        "../scripts/compute_artefact.py"
