# Figures, learning curves and the report.


rule draw_figure:
    input:
        table=f"{RESULTS}/{{study}}/{{artefact}}.csv",
        runs=figure_runs,
        histories=artefact_histories,
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(
            drawn_from,
            f"{RESULTS}/{{study}}/{{artefact}}.svg",
            f"{RESULTS}/{{study}}/{{artefact}}.png",
        ),
    output:
        svg=report(
            f"{RESULTS}/{{study}}/{{artefact}}.svg",
            category="{study}",
            subcategory="{artefact}",
            labels=figure_labels,
            caption="../report/figure.rst",
        ),
        png=f"{RESULTS}/{{study}}/{{artefact}}.png",
    log:
        f"{RESULTS}/logs/{{study}}/{{artefact}}.figure.log",
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        origin=drawn_from,
    message:
        "Drawing {wildcards.study}/{wildcards.artefact}"
    script:
        "../scripts/draw_figure.py"


rule draw_learning_curves:
    input:
        histories=artefact_histories,
        runs=f"{RESULTS}/{{study}}/{{artefact}}.runs.csv",
        plan=f"{RESULTS}/{{study}}/plan.json",
        changed=changed(drawn_from, f"{RESULTS}/{{study}}/{{artefact}}.curves.svg"),
    output:
        svg=report(
            f"{RESULTS}/{{study}}/{{artefact}}.curves.svg",
            category="{study}",
            subcategory="{artefact}",
            labels=curves_labels,
            caption="../report/learning_curves.rst",
        ),
    log:
        f"{RESULTS}/logs/{{study}}/{{artefact}}.curves.log",
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        origin=drawn_from,
    message:
        "Drawing the learning curves of {wildcards.study}/{wildcards.artefact}"
    script:
        "../scripts/draw_learning_curves.py"


rule render_report:
    input:
        artefacts=[file for study in PLAN.studies for file in study_outputs(study)],
        metrics=f"{RESULTS}/metrics.csv",
        claims=f"{RESULTS}/claims.csv",
        plan=f"{RESULTS}/plan.json",
        plans=collect(f"{RESULTS}/{{study}}/plan.json", study=list(PLAN.studies)),
        changed=changed(rendered_from, REPORT),
    output:
        REPORT,
        texts=table_texts(),
    log:
        f"{RESULTS}/logs/report.log",
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        results=lambda wildcards, input: os.path.dirname(input.plan),
        destination=lambda wildcards, output: output[0],
        origin=rendered_from,
    message:
        "Rendering {output}"
    script:
        "../scripts/render_report.py"


# Without input and output, so that nothing is computed before it, however old the files of an
# archive are or look.
rule render:
    log:
        f"{RESULTS}/logs/render.log",
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        results=RESULTS,
        destination=REPORT,
    message:
        "Rendering {params.destination} from {params.results} as it is"
    script:
        "../scripts/render_report.py"


# Without output, so that it runs whenever it is asked for; without input, so that it needs nothing
# of a grid that runs meanwhile, and locks nothing of it.
rule preview:
    log:
        f"{RESULTS}/logs/preview.log",
    localrule: True
    conda:
        "../envs/report.yaml"
    params:
        plan=lambda wildcards: TODAY.content,
        results=RESULTS,
        destination=f"report/{SCALE}-preview.html",
        others=lambda wildcards: other_results(),
        fingerprints=lambda wildcards: all_fingerprints(),
    message:
        "Rendering {params.destination} from whatever is finished"
    script:
        "../scripts/render_preview.py"


rule crate:
    input:
        report=REPORT,
    output:
        f"report/{SCALE}.crate.zip",
    log:
        f"{RESULTS}/logs/crate.log",
    localrule: True
    conda:
        "../envs/crate.yaml"
    params:
        results=RESULTS,
    message:
        "Packing {output}"
    script:
        "../scripts/write_crate.py"
