"""Whether the figures, probes and layouts of a study's artefacts are there."""

from collections.abc import Mapping
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import check_arguments, find
from reprise.studies.study import Artefact, Study


def check_artefacts(study: Study) -> None:
    """Check all artefacts of a study.

    Raises:
        InputError: an unknown kind of figure or probe, an argument that it does not have, or a
            layout with an axis that is not the artefact's.
    """
    for artefact in study.artefacts.values():
        where = f"{study.path}: artefacts.{artefact.id}"
        _check_entry("figure kind", "kind", artefact.content["figure"], f"{where}.figure")
        _check_entry("probe", "name", artefact.content["probe"], f"{where}.probe")
        _check_layout(artefact, f"{where}.layout")


def check_distinct(studies: Mapping[str, Study]) -> None:
    """Refuse an artefact id that is trained in one study and computed by a probe in another:
    rules tell the two apart by the id.

    Raises:
        InputError: there is such an id.
    """
    trained: dict[str, str] = {}
    for study in studies.values():
        for artefact in study.artefacts.values():
            if artefact.trained:
                trained.setdefault(artefact.id, study.path)
    for study in studies.values():
        for artefact in study.artefacts.values():
            if not artefact.trained and artefact.id in trained:
                raise InputError(
                    f"{study.path}: artefacts.{artefact.id}: {trained[artefact.id]} trains an "
                    "artefact of the same id, and this one is a probe; give it another id"
                )


def _check_entry(kind: str, key: str, content: Mapping[str, Any] | None, where: str) -> None:
    if content is None:
        return
    if key not in content:
        raise InputError(f"{where}: the key {key!r} is missing")
    arguments = {name: value for name, value in content.items() if name != key}
    check_arguments(find(kind, content[key], f"{where}.{key}"), arguments, where)


def _check_layout(artefact: Artefact, where: str) -> None:
    layout = artefact.content.get("layout")
    if layout is None:
        return
    placed = [*layout.get("rows", []), *layout.get("columns", [])]
    for axis in placed:
        if axis not in artefact.axes:
            raise InputError(f"{where}: unknown axis {axis!r}; {choose_among(axis, artefact.axes)}")
    missing = [axis for axis in artefact.axes if axis not in placed]
    if missing:
        raise InputError(f"{where}: the axis {missing[0]!r} is in neither rows nor columns")
