# Ids as targets: `snakemake mclain`, `snakemake mclain/table1`, `snakemake mclain/tail_adds`.
# An artefact and a claim of one id are one target.
# Beside the target `jobs` they ask for nothing, and their runs are listed.

for study_id, study in PLAN.studies.items():

    rule:
        name:
            study_id
        input:
            unless_listed(study_outputs(study_id)),
            unless_listed(plan_files()),
        localrule: True

    for target_id in {**study.artefacts, **study.claims}:

        rule:
            name:
                f"{study_id}/{target_id}"
            input:
                unless_listed(target_outputs(study_id, target_id)),
                unless_listed(plan_files()),
            localrule: True
