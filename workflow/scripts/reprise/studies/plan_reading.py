"""plan.json as later rooms read it: plain data, found by id."""

import json
from pathlib import Path
from typing import Any

from reprise.errors import InputError, choose_among


def read_study(plan: Path, study: str) -> dict[str, Any]:
    """The entry of one study.

    Raises:
        InputError: the file is not a plan, or holds no such study.
    """
    try:
        studies = json.loads(plan.read_text(encoding="utf-8"))["studies"]
    except (OSError, ValueError, LookupError, TypeError):
        raise InputError(
            f"{plan}: expected the plan of a run; delete it so that it is written again"
        ) from None
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
