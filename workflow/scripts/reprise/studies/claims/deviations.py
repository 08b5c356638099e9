"""Other readings of a study against those that are run, read from its YAML."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from reprise.errors import InputError
from reprise.studies.claims.artefacts import Artefacts
from reprise.studies.claims.comparable import check_reports, check_units
from reprise.studies.claims.resolving import Scope, resolved
from reprise.studies.claims.selections import Selections, Term
from reprise.studies.rows import DEFAULT_ARM


@dataclass(frozen=True)
class Deviation:
    """Two readings of a study that are run to measure what they change.

    Attributes:
        difference: what differs, in words.
        arm, against: names of the reading that is measured, and of the one that the tables run.
        subject, other: their rows.
    """

    id: str
    difference: str
    arm: str
    against: str
    subject: Selections
    other: Selections


def read_deviations(
    contents: Mapping[str, Any], artefacts: Artefacts, where: str
) -> tuple[Deviation, ...]:
    """All deviations of a study.

    A side is in the arm that the deviation names, where its artefact has such an arm, and in the
    arm as run else.

    Args:
        contents: their YAML, by id.
        artefacts: those of the study, by id.
        where: the file, for messages.

    Raises:
        InputError: one sentence with file and key, for a selection that means no row.
    """
    return tuple(
        _deviation(name, content, artefacts, f"{where}: deviations.{name}")
        for name, content in contents.items()
    )


def _deviation(
    name: str, content: Mapping[str, Any], artefacts: Artefacts, where: str
) -> Deviation:
    sides = [
        _side(content, key, content[arm], artefacts, f"{where}.{key}")
        for key, arm in (("subject", "arm"), ("other", "against"))
    ]
    check_reports([Term(1.0, side) for side in sides], artefacts, where)
    check_units((selection for side in sides for selection in side), where)
    said = {key: content[key] for key in ("difference", "arm", "against")}
    return Deviation(name, **said, subject=sides[0], other=sides[1])


def _side(
    content: Mapping[str, Any], key: str, arm: str, artefacts: Artefacts, where: str
) -> Selections:
    named = content[key].get("artefact", content.get("artefact"))
    arms = {row.arm for row in artefacts[named].rows} if named in artefacts else set()
    common = {"arm": arm if arm in arms else DEFAULT_ARM}
    if "artefact" in content:
        common["artefact"] = content["artefact"]
    selection = resolved(content[key], Scope(artefacts, common), where)
    if selection.candidates:
        raise InputError(f"{where}: expected rows, found a choice of the best of several")
    return (selection,)
