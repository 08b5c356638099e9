# Ids as targets: `snakemake mclain`, `snakemake mclain/table1`, `snakemake mclain/tail_adds`.

for study_id, study in PLAN.studies.items():

    rule:
        name:
            study_id
        input:
            study_outputs(study_id),
        localrule: True

    for artefact_id in study.artefacts:

        rule:
            name:
                f"{study_id}/{artefact_id}"
            input:
                artefact_outputs(study_id, artefact_id),
            localrule: True

    for claim_id in study.claims:

        rule:
            name:
                f"{study_id}/{claim_id}"
            input:
                f"{RESULTS}/{study_id}/claims/{claim_id}.csv",
            localrule: True
