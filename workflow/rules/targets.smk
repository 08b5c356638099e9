# Ids as targets: `snakemake mclain`, `snakemake mclain/table1`, `snakemake mclain/tail_adds`.
# An artefact and a claim of one id are one target.

for study_id, study in PLAN.studies.items():

    rule:
        name:
            study_id
        input:
            study_outputs(study_id),
            plan_files(),
        localrule: True

    for target_id in {**study.artefacts, **study.claims}:

        rule:
            name:
                f"{study_id}/{target_id}"
            input:
                target_outputs(study_id, target_id),
                plan_files(),
            localrule: True
