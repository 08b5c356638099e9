"""The results of a scale as a Workflow Run RO-Crate: one archive that says what it holds, from what
it was computed and how, in words for machines.

Workflow Run Crate 0.5 (Leo et al., Recording provenance of workflow runs with RO-Crate, PLOS ONE
2024), on RO-Crate 1.1.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from importlib.metadata import version
from io import StringIO
from mimetypes import guess_type
from pathlib import Path
from typing import Any
from urllib.parse import quote

from rocrate.model import ContextEntity
from rocrate.rocrate import ROCrate

from reprise import __version__
from reprise.analysis.records import Record, read_record
from reprise.data.integrity import sha256_of
from reprise.data.sources import Source
from reprise.errors import InputError
from reprise.folders import WORKFLOW, own_or_built_in
from reprise.rendering.cells import planned_folders
from reprise.studies.plan_records import PlanRecord
from reprise.studies.plan_storage import read_plan
from reprise.studies.run_folders import DESCRIPTION
from reprise.studies.statuses import ENDED

PROFILES = {
    "https://w3id.org/ro/wfrun/process/0.5": ("Process Run Crate", "0.5"),
    "https://w3id.org/ro/wfrun/workflow/0.5": ("Workflow Run Crate", "0.5"),
    "https://w3id.org/workflowhub/workflow-ro-crate/1.0": ("Workflow RO-Crate", "1.0"),
}
LICENSE = "https://spdx.org/licenses/MIT"
TERMS = "https://w3id.org/ro/terms/workflow-run"
COMPLETED = "http://schema.org/CompletedActionStatus"
MAIN = "workflow/Snakefile"
# Of the project, as it was copied or cloned.
CODE = ("Snakefile", "workflow", "profiles")
ENVIRONMENT = ("constraints.txt", "requirements.txt", "requirements-report.txt")
LEFT_OUT = ("preview", "checkpoints", "logs")
FORMATS = {".md": "text/markdown", ".tex": "application/x-tex", ".yaml": "application/yaml"}
"""Beside those that Python knows; whatever else there is is text."""
TOOL = {"@type": ["File", "SoftwareSourceCode"], "version": __version__}
SCRIPTS = {"cells": "workflow/scripts/train.py", "probes": "workflow/scripts/run_probe.py"}


def write_crate(
    results: Path,
    report: Path,
    sources: Iterable[Source],
    config: Mapping[str, Any],
    destination: Path,
) -> None:
    """Pack the results of a scale, the report, the workflow and the configuration.

    Args:
        results: the results folder of a scale, below the working folder.
        report: the HTML file of the scale.
        sources: the data sets that the runs saw, with the addresses of their files.
        config: what was asked, as Snakemake has it.
        destination: the ZIP file.

    Raises:
        InputError: the plan or a run cannot be read, or no run has ended.
        OSError: the archive cannot be written.
    """
    plan = read_plan(results)
    runs = list(_ended(plan, results))
    if not runs:
        raise InputError(f"{results}: expected runs that have ended, found none: run `snakemake`")
    crate = ROCrate(gen_preview=True)
    crate.metadata.extra_contexts.append(f"{TERMS}/context")
    _describe(crate, plan)
    _add_workflow(crate)
    data = {source.name: source for source in sources}
    described = {
        (name, variant): data_entity(crate, name, variant, sha256, data.get(name))
        for name, variant, sha256 in sorted({run.data for run in runs if run.data})
    }
    outputs = [_file(crate, report), *_tables(crate, results)]
    for run in runs:
        _add_run(crate, run, results, described)
    asked = _configuration(crate, config)
    _add_action(crate, plan, runs, [*asked, *described.values()], outputs)
    destination.parent.mkdir(parents=True, exist_ok=True)
    partial = destination.with_name(f".{destination.name}.partial")
    try:
        crate.write_zip(partial)
        partial.replace(destination)
    finally:
        partial.unlink(missing_ok=True)


README = """\
# {name}

{description}

- `report/`: the report, a page for a browser
- `results/`: tables, figures, claims, and a folder for each run
- `config/`, `workflow/`, `Snakefile`: what was asked, and the code that computed it
- `ro-crate-metadata.json`: what every file is and where it comes from, for machines
"""


@dataclass(frozen=True)
class _Run:
    """A run that ended: its folder below the results, and what its metrics.json says."""

    folder: str
    content: Mapping[str, Any]

    @property
    def provenance(self) -> Mapping[str, Any]:
        return self.content["provenance"]

    @property
    def data(self) -> tuple[str, str, str] | None:
        """Name, variant and SHA-256 of the prepared data that it saw."""
        data = self.provenance.get("data")
        return (data["name"], data["variant"], data["sha256"]) if data else None

    @property
    def ended(self) -> datetime:
        return datetime.fromisoformat(self.provenance["finished_at"])

    @property
    def started(self) -> datetime:
        """Its end less the seconds at work; one that was interrupted started earlier."""
        return self.ended - timedelta(seconds=self.content.get("wall_seconds") or 0)


def _ended(plan: PlanRecord, results: Path) -> Iterator[_Run]:
    for folder in planned_folders(plan, ""):
        record: Record = read_record(results / folder)
        if record.status in ENDED:
            yield _Run(folder, record.content)


def _describe(crate: ROCrate, plan: PlanRecord) -> None:
    studies = ", ".join(study.id for study in plan.studies)
    crate.name = f"Reprise: {studies} at scale {plan.scale.name}"
    crate.description = (
        f"CNN-training studies run again cell by cell ({plan.scale.title}: "
        f"{plan.scale.description.strip()}) Every table and figure beside the reported numbers, "
        "and a verdict on every claim."
    )
    license_properties = {"@type": "CreativeWork", "name": "MIT License"}
    crate.license = crate.add(ContextEntity(crate, LICENSE, license_properties))
    crate.datePublished = datetime.now(UTC)
    readme = README.format(name=crate.name, description=crate.description)
    about = {"about": crate.root_dataset, "encodingFormat": "text/markdown"}
    crate.add_file(StringIO(readme), "README.md", properties={"name": "README.md", **about})
    profiles = [
        crate.add(
            ContextEntity(
                crate, address, {"@type": "CreativeWork", "name": name, "version": number}
            )
        )
        for address, (name, number) in PROFILES.items()
    ]
    crate.root_dataset["conformsTo"] = profiles


def _add_workflow(crate: ROCrate) -> None:
    main = crate.add_workflow(
        WORKFLOW / MAIN,
        MAIN,
        main=True,
        lang="snakemake",
        lang_version=version("snakemake"),
        properties={"name": "Reprise", "version": __version__},
    )
    main["sha256"], main["encodingFormat"] = sha256_of(WORKFLOW / MAIN), "text/plain"
    for name in (*CODE, *ENVIRONMENT):
        if (WORKFLOW / name).exists():
            for file in _files_below(WORKFLOW / name):
                place = file.relative_to(WORKFLOW).as_posix()
                if place != MAIN:
                    _file(crate, file, place, **(TOOL if place in SCRIPTS.values() else {}))
    main["hasPart"] = [crate.dereference(script) for script in SCRIPTS.values()]
    main["softwareRequirements"] = [
        entity for name in ENVIRONMENT if (entity := crate.dereference(name)) is not None
    ]


def _files_below(place: Path) -> list[Path]:
    """A file, or the files of a folder without what Python and the file system leave there."""
    if place.is_file():
        return [place]
    files = (file for file in sorted(place.rglob("*")) if file.is_file())
    return [file for file in files if not _is_hidden(file.relative_to(place))]


def _is_hidden(path: Path) -> bool:
    return any(part.startswith(".") or part == "__pycache__" for part in path.parts)


def _file(crate: ROCrate, path: Path, place: str | None = None, **properties: Any) -> Any:
    """Add a file with its checksum, at its path below the working folder or at another."""
    described = {
        "sha256": sha256_of(path),
        "contentSize": str(path.stat().st_size),
        "encodingFormat": FORMATS.get(path.suffix) or guess_type(path)[0] or "text/plain",
    }
    place = place or path.as_posix()
    return crate.add_file(path, place, properties={"name": place, **described, **properties})


def _tables(crate: ROCrate, results: Path) -> list[Any]:
    """What was computed from the runs: plans, tables, figures and claims."""
    runs = (*SCRIPTS, *LEFT_OUT)
    return [
        _file(crate, file)
        for file in _files_below(results)
        if file.relative_to(results).parts[0] not in runs
    ]


def data_entity(
    crate: ROCrate, name: str, variant: str, sha256: str, source: Source | None
) -> ContextEntity:
    """A prepared data set, which is not in the archive, and the files that it was made from."""
    files = [
        crate.add_file(
            file.urls[0], properties={"name": file.name, "sha256": file.sha256}, fetch_remote=False
        )
        for file in (source.files if source else ())
        if file.urls[0].startswith(("http://", "https://", "ftp://"))
    ]
    properties = {
        "@type": "CreativeWork",
        "name": f"{source.title if source else name} ({variant}), prepared",
        "description": f"Decoded images and labels of {name}, variant {variant}.",
        "sha256": sha256,
    }
    if source:
        properties["citation"] = source.citation
    if files:
        properties["isBasedOn"] = files
    return crate.add(ContextEntity(crate, f"#data-{name}-{variant}", properties))


def _add_run(
    crate: ROCrate, run: _Run, results: Path, data: Mapping[tuple[str, str], ContextEntity]
) -> None:
    """The files of a run, and what made them of what."""
    folder = results / run.folder
    files = {file.name: _file(crate, file) for file in _files_below(folder)}
    used = [file for name, file in files.items() if name == DESCRIPTION]
    if run.data:
        used.append(data[run.data[:2]])
    made = [file for name, file in files.items() if name != DESCRIPTION]
    provenance = run.provenance
    action = crate.add_action(
        crate.dereference(SCRIPTS[run.folder.split("/")[0]]),
        identifier=f"#run-{run.folder}",
        object=used,
        result=made,
        properties={
            "name": run.folder,
            "description": f"A run that {run.content['status']}, with commit "
            f"{provenance.get('commit') or 'unknown'}, Python {provenance['python']}, PyTorch "
            f"{provenance['torch']}, on {provenance['device_name']}.",
            "startTime": run.started.isoformat(timespec="seconds"),
            "endTime": run.ended.isoformat(timespec="seconds"),
            "actionStatus": COMPLETED,
        },
    )
    crate.root_dataset.append_to("mentions", action)
    threads = provenance.get("threads")
    if threads:
        action["environment"] = crate.add(_setting(crate, "OMP_NUM_THREADS", str(threads)))


def _setting(crate: ROCrate, name: str, value: str) -> ContextEntity:
    properties = {"@type": "PropertyValue", "name": name, "value": value}
    return ContextEntity(crate, f"#{quote(f'{name}={value}', safe='=')}", properties)


def _configuration(crate: ROCrate, config: Mapping[str, Any]) -> list[Any]:
    """The files of the configuration, and the values that were asked for in the end."""
    folder = own_or_built_in("config")
    files = [
        _file(crate, file, f"config/{file.relative_to(folder).as_posix()}")
        for file in _files_below(folder)
    ]
    return [*files, *(crate.add(_setting(crate, k, str(v))) for k, v in sorted(config.items()))]


def _add_action(
    crate: ROCrate, plan: PlanRecord, runs: list[_Run], used: list[Any], made: list[Any]
) -> None:
    """The run of the whole workflow."""
    command = f"snakemake --config scale={plan.scale.name}"
    action = crate.add_action(
        crate.mainEntity,
        identifier="#run-of-the-workflow",
        object=used,
        result=made,
        properties={
            "name": command,
            "description": f"`{command}` with seeds {', '.join(map(str, plan.seeds))}: {len(runs)} "
            "runs ended.",
            "startTime": min(run.started for run in runs).isoformat(timespec="seconds"),
            "endTime": max(run.ended for run in runs).isoformat(timespec="seconds"),
            "actionStatus": COMPLETED,
        },
    )
    crate.root_dataset.append_to("mentions", action)
