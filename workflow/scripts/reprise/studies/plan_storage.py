"""plan.json: how a plan is written beside the results, and read by later rooms."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.names import is_below, is_name
from reprise.studies.plain_records import plain, record
from reprise.studies.plan_records import PlanRecord, StudyRecord

VERSION = 1
"""Of the form of plan.json, raised by hand with every change that older files cannot follow."""


def content_of(plan: PlanRecord) -> dict[str, Any]:
    """The content of plan.json: plain data, as JSON holds it."""
    return {"version": VERSION, **plain(plan)}


def plan_of(content: Any, where: Path) -> PlanRecord:
    """A plan from the content of its file.

    Args:
        content: what JSON holds.
        where: the file, for messages.

    Raises:
        InputError: it is no plan, one of another version, or names files elsewhere.
    """
    if not isinstance(content, Mapping) or "studies" not in content:
        raise InputError(
            f"{where}: expected the plan of a run; delete it so that it is written again"
        )
    if content.get("version") != VERSION:
        raise InputError(
            f"{where}: expected a plan of version {VERSION}, found {content.get('version')!r}, as "
            "another version of Reprise writes it; render it with that one, or run `snakemake` "
            "again, which keeps all finished runs"
        )
    asked = {key: value for key, value in content.items() if key != "version"}
    try:
        plan = record(PlanRecord, asked)
        named = [name for study in plan.studies for name in (study.id, *study.artefacts_by_id)]
        folders = [folder for study in plan.studies for folder in _folders(study)]
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        raise InputError(
            f"{where}: expected a plan as a run writes it, found another ({error}); take the file "
            "as the run wrote it"
        ) from None
    _check_paths(named, folders, where)
    return plan


def _folders(study: StudyRecord) -> list[str]:
    """The folders of all runs of a study."""
    rows = (row for artefact in study.artefacts for row in artefact["rows"])
    return [folder for row in rows for folder in row["folders"].values()]


def _check_paths(names: Iterable[str], folders: Iterable[str], where: Path) -> None:
    """See that what names files stays in the results folder, wherever the plan comes from."""
    for name in names:
        if not is_name(name):
            raise InputError(
                f"{where}: expected ids of letters, digits and underscores, found {name!r}: "
                "take the file as the run wrote it"
            )
    for folder in folders:
        if not is_below(folder):
            raise InputError(
                f"{where}: expected folders below that of the results, found {folder!r}: "
                "take the file as the run wrote it"
            )


def read_plan(path: Path) -> PlanRecord:
    """The plan of a run.

    Raises:
        InputError: the file is not a plan, is one of another version, or names files elsewhere.
    """
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(
            f"a results folder holds a plan.json, and {path.parent} holds none: name the folder of "
            "a scale, such as results/demo"
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
    return plan_of(content, path)


def read_study(path: Path, study: str) -> StudyRecord:
    """One study of a plan.

    Raises:
        InputError: as ``read_plan``, or the plan holds no such study.
    """
    found = {each.id: each for each in read_plan(path).studies}
    _check_known(study, found, f"{path}: study")
    return found[study]


def read_artefact(path: Path, study: str, artefact: str) -> Mapping[str, Any]:
    """One artefact of a plan.

    Raises:
        InputError: as ``read_plan``, or the plan holds no such study or artefact.
    """
    found = read_study(path, study).artefacts_by_id
    _check_known(artefact, found, f"{path}: {study}: artefact")
    return found[artefact]


def _check_known(name: str, known: Iterable[str], where: str) -> None:
    if name not in known:
        raise InputError(f"{where} {name!r} is not in it; {choose_among(name, known)}")
