# From the folders of cells to tables, claims and deviations.


rule write_plan:
    input:
        changed=changed_plan,
    output:
        f"{RESULTS}/plan.json",
    log:
        f"{RESULTS}/logs/write_plan.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    message:
        "Writing down what was asked"
    script:
        "../scripts/write_plan.py"


rule write_study_plan:
    input:
        changed=changed_study_plan,
    output:
        f"{RESULTS}/{{study}}/plan.json",
    log:
        f"{RESULTS}/logs/{{study}}/write_plan.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    message:
        "Writing down what was asked of {wildcards.study}"
    script:
        "../scripts/write_study_plan.py"


rule collect_artefact:
    input:
        metrics=artefact_metrics,
        histories=artefact_histories,
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(
            gathered_from,
            f"{RESULTS}/{{study}}/{{artefact}}.csv",
            f"{RESULTS}/{{study}}/{{artefact}}.runs.csv",
        ),
    output:
        table=report(
            f"{RESULTS}/{{study}}/{{artefact}}.csv",
            category="{study}",
            subcategory="{artefact}",
            labels=data_labels,
            caption="../report/table.rst",
        ),
        runs=f"{RESULTS}/{{study}}/{{artefact}}.runs.csv",
    log:
        f"{RESULTS}/logs/{{study}}/{{artefact}}.collect.log",
    wildcard_constraints:
        study=studies_with(runs=True),
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=gathered_from,
        fingerprints=fingerprints_of,
        asked=asked_runs,
        rung=PLAN.scale.rung,
    message:
        "Gathering {wildcards.study}/{wildcards.artefact}"
    script:
        "../scripts/collect_artefact.py"


rule collect_metrics:
    input:
        metrics=[f"{RESULTS}/{folder}/{METRICS}" for folder in sorted(PLAN.cells)],
        plan=f"{RESULTS}/plan.json",
        changed=changed(listed_from, f"{RESULTS}/metrics.csv"),
    output:
        report(
            f"{RESULTS}/metrics.csv",
            category="All studies",
            labels={"artefact": "All cells", "what": "data"},
            caption="../report/metrics.rst",
        ),
    log:
        f"{RESULTS}/logs/metrics.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=listed_from,
        asked=lambda wildcards: {
            folder: PLAN.runs[folder].identity for folder in PLAN.cells
        },
    message:
        "Gathering the metrics of all cells"
    script:
        "../scripts/collect_metrics.py"


rule judge_claims:
    input:
        runs=lambda wildcards: claim_runs(
            wildcards.study, PLAN.studies[wildcards.study].claims
        ),
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(judged_from, f"{RESULTS}/{{study}}/claims.csv"),
    output:
        f"{RESULTS}/{{study}}/claims.csv",
    log:
        f"{RESULTS}/logs/{{study}}/claims.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=judged_from,
        verdicts=PLAN.scale.verdicts,
        rung=PLAN.scale.rung,
    message:
        "Judging the claims of {wildcards.study}"
    script:
        "../scripts/judge_claims.py"


rule judge_claim:
    input:
        runs=lambda wildcards: claim_runs(wildcards.study, [wildcards.claim]),
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(judged_from, f"{RESULTS}/{{study}}/claims/{{claim}}.csv"),
    output:
        f"{RESULTS}/{{study}}/claims/{{claim}}.csv",
    log:
        f"{RESULTS}/logs/{{study}}/claims/{{claim}}.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=judged_from,
        verdicts=PLAN.scale.verdicts,
        rung=PLAN.scale.rung,
    message:
        "Judging {wildcards.study}/{wildcards.claim} by itself"
    script:
        "../scripts/judge_claim.py"


rule gather_claims:
    input:
        claims=collect(f"{RESULTS}/{{study}}/claims.csv", study=list(PLAN.studies)),
        changed=changed(listed_from, f"{RESULTS}/claims.csv"),
    output:
        report(
            f"{RESULTS}/claims.csv",
            category="All studies",
            labels={"artefact": "Claims", "what": "data"},
            caption="../report/claims.rst",
        ),
    log:
        f"{RESULTS}/logs/claims.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=listed_from,
    message:
        "Gathering the claims of all studies"
    script:
        "../scripts/gather_claims.py"


rule measure_deviations:
    input:
        runs=lambda wildcards: deviation_runs(wildcards.study),
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(judged_from, f"{RESULTS}/{{study}}/deviations.csv"),
    output:
        f"{RESULTS}/{{study}}/deviations.csv",
    log:
        f"{RESULTS}/logs/{{study}}/deviations.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        origin=judged_from,
        verdicts=PLAN.scale.verdicts,
    message:
        "Measuring the deviations of {wildcards.study}"
    script:
        "../scripts/measure_deviations.py"
