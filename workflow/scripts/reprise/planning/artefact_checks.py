"""Whether the figures, probes and layouts of a study's artefacts are there."""

from collections.abc import Mapping
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import check_arguments, find
from reprise.planning.probe_runs import has_runs, is_said_of_probe, probe_entries
from reprise.studies.artefact_records import named_artefacts
from reprise.studies.choice import Choice
from reprise.studies.study import Artefact, Study


def check_artefacts(study: Study) -> None:
    """Check all artefacts of a study.

    Raises:
        InputError: an unknown kind of figure or probe, an argument that it does not have, an
            artefact to read that is not there, or a layout with an axis that is not the
            artefact's.
    """
    for artefact in study.artefacts.values():
        where = f"{study.path}: artefacts.{artefact.id}"
        _check_entry("figure kind", "kind", artefact.content["figure"], f"{where}.figure")
        _check_probe(study, artefact, where)
        _check_layout(artefact, f"{where}.layout")


def check_remarks(study: Study) -> None:
    """Check that notes and assumptions stand beside artefacts that there are.

    Raises:
        InputError: one names an artefact that the study does not have.
    """
    for group in ("notes", "assumptions"):
        for name, remark in study.content[group].items():
            for artefact in remark["artefacts"]:
                if artefact not in study.artefacts:
                    raise InputError(
                        f"{study.path}: {group}.{name}.artefacts: unknown artefact {artefact!r}; "
                        f"{choose_among(artefact, study.artefacts)}"
                    )


def _check_entry(kind: str, key: str, content: Mapping[str, Any] | None, where: str) -> None:
    if content is None:
        return
    if key not in content:
        raise InputError(f"{where}: the key {key!r} is missing")
    arguments = {name: value for name, value in content.items() if name != key}
    check_arguments(find(kind, content[key], f"{where}.{key}"), arguments, where)


def _check_probe(study: Study, artefact: Artefact, where: str) -> None:
    content = artefact.content["probe"]
    _check_entry("probe", "name", content, f"{where}.probe")
    if content is None:
        return
    for key, choice, entry in probe_entries(Choice.of(content, where), where):
        if key != "probe":
            check_arguments(entry, choice.arguments, f"{where}.{key}")
        for argument, kind in entry.description.get("mappings", {}).items():
            _check_mapping(kind, choice.arguments.get(argument), f"{where}.{key}.{argument}")
    if is_said_of_probe(artefact, "cells", where, default=True):
        _check_cells(artefact, where)
    for name in sorted(named_artefacts(content)):
        if name not in study.artefacts:
            raise InputError(
                f"{where}.probe: unknown artefact {name!r}; {choose_among(name, study.artefacts)}"
            )
        if not has_runs(study.artefacts[name], where):
            raise InputError(
                f"{where}.probe: {name} is computed from descriptions and has no runs to read; "
                "name an artefact that is trained or probed run by run"
            )


def _check_mapping(kind: str, content: Any, where: str) -> None:
    """Check choices of one kind that an argument holds by id."""
    if not isinstance(content, Mapping):
        raise InputError(f"{where}: expected a mapping of ids to choices, found {content!r}")
    for name, value in content.items():
        choice = Choice.of(value, f"{where}.{name}")
        entry = find(kind, choice.name, f"{where}.{name}")
        check_arguments(entry, choice.arguments, f"{where}.{name}")


def _check_cells(artefact: Artefact, where: str) -> None:
    for row in artefact.rows:
        if row.cell is None:
            raise InputError(
                f"{where}: expected a recipe, since the probe {artefact.content['probe']['name']} "
                f"reads cells, found none for {', '.join(row.axes.values())}"
            )


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
