"""How a plan is written beside the results, and read by later rooms.

``plan.json`` holds what all studies share and the ids of the studies, and ``<study>/plan.json``
what is asked of one, so that a change of one study renews nothing of the others.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.artefact_records import ArtefactRecord
from reprise.studies.names import is_below, is_name
from reprise.studies.plain_records import plain, record
from reprise.studies.plan_records import PlanRecord, StudyRecord

VERSION = 2
"""Of the form of these files, raised by hand with every change that older files cannot follow."""
FILE = "plan.json"


def content_of(plan: PlanRecord) -> dict[str, Any]:
    """A plan as plain data, as JSON holds it."""
    return {"version": VERSION, **plain(plan)}


def shared_content(content: Mapping[str, Any]) -> dict[str, Any]:
    """What plan.json holds of the content of a plan."""
    return {**content, "studies": [study["id"] for study in content["studies"]]}


def study_contents(content: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """What plan.json of each study holds of the content of a plan, by study."""
    version = {"version": content["version"]}
    return {study["id"]: {**version, **study} for study in content["studies"]}


def write_content(content: Mapping[str, Any], path: Path) -> None:
    """Write one of these files."""
    text = json.dumps(content, indent=1, ensure_ascii=False)
    path.write_text(text + "\n", encoding="utf-8")


def write_plan(content: Mapping[str, Any], results: Path) -> None:
    """Write all files of a plan.

    Args:
        content: as ``content_of`` gives it.
        results: the results folder.
    """
    for study, of_study in study_contents(content).items():
        (results / study).mkdir(parents=True, exist_ok=True)
        write_content(of_study, results / study / FILE)
    write_content(shared_content(content), results / FILE)


def plan_of(content: Any, where: Path) -> PlanRecord:
    """A plan from its content.

    Args:
        content: as ``content_of`` gives it.
        where: the file, for messages.

    Raises:
        InputError: it is no plan, one of another version, or names files elsewhere.
    """
    plan: PlanRecord = _record(PlanRecord, content, where)
    for study in plan.studies:
        _check_paths(study, where)
    return plan


def _record(kind: type, content: Any, where: Path) -> Any:
    _check_version(content, where)
    asked = {key: value for key, value in content.items() if key != "version"}
    try:
        return record(kind, asked)
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{where}: expected a plan as a run writes it, found another ({error}); take the file "
            "as the run wrote it"
        ) from None


def _check_version(content: Any, where: Path) -> None:
    if not isinstance(content, Mapping) or not content:
        raise InputError(
            f"{where}: expected the plan of a run; delete it so that it is written again"
        )
    if content.get("version") != VERSION:
        raise InputError(
            f"{where}: expected a plan of version {VERSION}, found {content.get('version')!r}, as "
            "another version of Reprise writes it; render it with that one, or run `snakemake` "
            "again, which keeps all finished runs"
        )


def _check_paths(study: StudyRecord, where: Path) -> None:
    """See that what names files stays in the results folder, wherever the plan comes from."""
    names = (study.id, *study.artefacts_by_id)
    folders = [folder for artefact in study.artefacts for folder in artefact.folders]
    for name in names:
        _check_name(name, where)
    for folder in folders:
        if not is_below(folder):
            raise InputError(
                f"{where}: expected folders below that of the results, found {folder!r}: "
                "take the file as the run wrote it"
            )


def _check_name(name: Any, where: Path) -> None:
    if not isinstance(name, str) or not is_name(name):
        raise InputError(
            f"{where}: expected ids of letters, digits and underscores, found {name!r}: "
            "take the file as the run wrote it"
        )


def read_plan(results: Path) -> PlanRecord:
    """The plan of a run.

    Raises:
        InputError: a file is absent, no plan, one of another version, or names files elsewhere.
    """
    return plan_of(read_content(results), results / FILE)


def read_content(results: Path) -> dict[str, Any]:
    """The content of a plan, as ``content_of`` gives it.

    Raises:
        InputError: as ``read_plan``.
    """
    path = results / FILE
    content = _read(path)
    _check_version(content, path)
    studies = content.get("studies")
    for name in studies if isinstance(studies, list) else [studies]:
        _check_name(name, path)
    return {**content, "studies": [_study_content(results, name) for name in studies]}


def _study_content(results: Path, study: str) -> dict[str, Any]:
    path = results / study / FILE
    content = _read(path)
    _check_version(content, path)
    return {key: value for key, value in content.items() if key != "version"}


def _read(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"a results folder holds a plan.json, and {path.parent} holds none: name the folder of "
            "a scale, such as results/demo, with all its files"
        ) from None
    except json.JSONDecodeError as problem:
        raise InputError(
            f"{path} has to be JSON, but at line {problem.lineno} it is not ({problem.msg}): "
            "write it again with the rule that plans"
        ) from None
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} cannot be read ({error}): delete it, so that it is written again"
        ) from None


def read_study(path: Path) -> StudyRecord:
    """What is asked of one study, from its plan.json.

    Raises:
        InputError: as ``read_plan``.
    """
    study: StudyRecord = _record(StudyRecord, _read(path), path)
    _check_paths(study, path)
    return study


def read_artefact(path: Path, artefact: str) -> ArtefactRecord:
    """One artefact of a study, from the study's plan.json.

    Raises:
        InputError: as ``read_plan``, or the study has no such artefact.
    """
    artefacts = read_study(path).artefacts_by_id
    if artefact not in artefacts:
        suggestion = choose_among(artefact, artefacts)
        raise InputError(f"{path}: artefact {artefact!r} is not in it; {suggestion}")
    return artefacts[artefact]
