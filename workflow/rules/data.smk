# From official addresses, or the user's own, to one prepared file a data set.

from reprise.planning.data_files import (
    preparation_entry,
    preparation_megabytes,
    preparation_minutes,
)


rule download:
    output:
        "resources/downloads/{dataset}/{file}",
    log:
        "resources/logs/download-{dataset}-{file}.log",
    retries: 2
    localrule: True
    conda:
        "../envs/data.yaml"
    params:
        sha256=checksum_of,
    message:
        "Fetching {wildcards.file} of {wildcards.dataset}"
    script:
        "../scripts/download.py"


rule prepare:
    input:
        files=downloads_of,
        changed=changed_data,
    output:
        prepared_path("{prepared}"),
    log:
        "resources/logs/prepare-{prepared}.log",
    conda:
        "../envs/data.yaml"
    resources:
        mem_mb=lambda wildcards: preparation_megabytes(
            source_of(wildcards), PLAN.sources[source_of(wildcards).name]
        ),
        runtime=lambda wildcards: preparation_minutes(
            PLAN.sources[source_of(wildcards).name]
        ),
    params:
        name=lambda wildcards: source_of(wildcards).name,
        entry=lambda wildcards: preparation_entry(
            PLAN.entries[source_of(wildcards).name], source_of(wildcards)
        ),
        pixels=lambda wildcards: source_of(wildcards).pixels,
        classes=lambda wildcards: source_of(wildcards).class_count,
        origin=lambda wildcards: TODAY.data_origin(wildcards.prepared),
        folder=lambda wildcards: TODAY.folder(wildcards.prepared),
        contents=lambda wildcards: TODAY.folder_contents(wildcards.prepared),
        # How the job starts, and nothing that the file depends on.
        fork=PLAN.scale.forked_jobs,
    message:
        "Preparing {wildcards.prepared}"
    script:
        "../scripts/prepare.py"
