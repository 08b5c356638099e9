"""plan.json as later rooms read it, found by id.

Claims and deviations are records; everything else is plain data.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.claims import Claim, Deviation
from reprise.studies.names import is_below, is_name
from reprise.studies.plain_records import record

VERSION = 1
"""Of the form of plan.json, raised by hand with every change that older files cannot follow."""


def plan_of(content: Any, where: Path) -> dict[str, Any]:
    """A plan from the content of its file.

    Args:
        content: what JSON holds.
        where: the file, for messages.

    Raises:
        InputError: it is no plan, one of another version, or names files elsewhere.
    """
    if not isinstance(content, Mapping) or not isinstance(content.get("studies"), list):
        raise InputError(
            f"{where}: expected the plan of a run; delete it so that it is written again"
        )
    if content.get("version") != VERSION:
        raise InputError(
            f"{where}: expected a plan of version {VERSION}, found {content.get('version')!r}, as "
            "another version of Reprise writes it: render it with that one, or run `snakemake` "
            "again, which keeps all finished runs"
        )
    try:
        check_paths(content, where)
        return {**content, "studies": [_study(study) for study in content["studies"]]}
    except (LookupError, TypeError, AttributeError, ValueError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            f"{where}: expected a plan as a run writes it, found something else ({error}); take "
            "the file as the run wrote it"
        ) from None


def _study(study: Mapping[str, Any]) -> dict[str, Any]:
    claims = record(tuple[Claim, ...], study["claims"], f"{study['id']}.claims")
    deviations = record(tuple[Deviation, ...], study["deviations"], f"{study['id']}.deviations")
    return {**study, "claims": claims, "deviations": deviations}


def check_paths(plan: Mapping[str, Any], where: Path) -> None:
    """Check that what names files stays in the results folder, wherever the plan comes from.

    Args:
        plan: the content of plan.json.
        where: the file, for messages.

    Raises:
        InputError: an id of a study or artefact is no plain name, or a run's folder leads out.
    """
    for study in plan["studies"]:
        artefacts = study["artefacts"]
        for name in (study["id"], *(artefact["id"] for artefact in artefacts)):
            if not is_name(name):
                raise InputError(
                    f"{where}: expected ids of letters, digits and underscores, found {name!r}: "
                    "take the file as the run wrote it"
                )
        rows = (row for artefact in artefacts for row in artefact["rows"])
        for folder in (folder for row in rows for folder in row["folders"].values()):
            if not is_below(folder):
                raise InputError(
                    f"{where}: expected folders below that of the results, found {folder!r}: "
                    "take the file as the run wrote it"
                )


def read_plan(path: Path) -> dict[str, Any]:
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


def read_scale(results: Path) -> dict[str, Any]:
    """What plan.json in a results folder says of its scale; the folder's name alone without it."""
    try:
        return json.loads((results / "plan.json").read_text(encoding="utf-8"))["scale"]
    except (OSError, ValueError, LookupError, TypeError):
        return {"name": results.name}


def read_study(plan: Path, study: str) -> dict[str, Any]:
    """The entry of one study.

    Raises:
        InputError: the file is not a plan, names files elsewhere, or holds no such study.
    """
    return _find(read_plan(plan)["studies"], study, f"{plan}: study")


def read_artefact(plan: Path, study: str, artefact: str) -> dict[str, Any]:
    """The entry of one artefact.

    Raises:
        InputError: the file is not a plan, or holds no such study or artefact.
    """
    return _find(read_study(plan, study)["artefacts"], artefact, f"{plan}: {study}: artefact")


def _find(items: list[dict[str, Any]], name: str, where: str) -> dict[str, Any]:
    found = {item["id"]: item for item in items}
    if name not in found:
        raise InputError(f"{where} {name!r} is not in it; {choose_among(name, found)}")
    return found[name]
