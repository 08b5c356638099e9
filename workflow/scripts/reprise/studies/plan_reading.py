"""plan.json as later rooms read it: plain data, found by id."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.names import is_below, is_name


def check_paths(plan: Mapping[str, Any], where: Path) -> None:
    """Check that what names files stays in the results folder, wherever the plan comes from.

    Args:
        plan: the content of plan.json.
        where: the file, for messages.

    Raises:
        InputError: an id of a study or artefact is no plain name, or a run's folder leads out.
    """
    for study in plan.get("studies", []):
        artefacts = study.get("artefacts", [])
        for name in (study["id"], *(artefact["id"] for artefact in artefacts)):
            if not is_name(name):
                raise InputError(
                    f"{where}: expected ids of letters, digits and underscores, found {name!r}: "
                    "take the file as the run wrote it"
                )
        rows = (row for artefact in artefacts for row in artefact.get("rows", []))
        for folder in (folder for row in rows for folder in row.get("folders", {}).values()):
            if not is_below(folder):
                raise InputError(
                    f"{where}: expected folders below that of the results, found {folder!r}: "
                    "take the file as the run wrote it"
                )


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
    try:
        content = json.loads(plan.read_text(encoding="utf-8"))
        studies = content["studies"]
    except (OSError, ValueError, LookupError, TypeError):
        raise InputError(
            f"{plan}: expected the plan of a run; delete it so that it is written again"
        ) from None
    check_paths(content, plan)
    return _find(studies, study, f"{plan}: study")


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
