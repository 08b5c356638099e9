# The runs of targets as a list of jobs, for a machine without Snakemake.


# Without output, so that it runs whenever it is asked for.
rule jobs:
    input:
        prepared=lambda wildcards: [prepared_file_of(name) for name in listed_data()],
        weights=lambda wildcards: listed_weights(),
    log:
        f"{RESULTS}/logs/jobs.log",
    localrule: True
    conda:
        "../envs/analysis.yaml"
    params:
        folders=lambda wildcards: listed_runs(),
        destination=f"{RESULTS}/jobs.json",
    message:
        "Writing down what is to be run elsewhere"
    script:
        "../scripts/write_jobs.py"
