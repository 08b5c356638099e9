# Artefacts that are computed without training.


rule probe:
    input:
        plan=f"{RESULTS}/plan.json",
        library=library_sources("probes", "optim"),
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
        artefact=artefact_names(trained=False),
    localrule: True
    conda:
        "../envs/train.yaml"
    message:
        "Computing {wildcards.study}/{wildcards.artefact}"
    script:
        "../scripts/probe.py"
