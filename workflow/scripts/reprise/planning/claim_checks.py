"""Whether every claim and deviation of a study names cells that the study has."""

from collections.abc import Iterator, Mapping
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import find
from reprise.studies.study import Artefact, Study

SELECTIONS = ("subject", "other", "others", "cells")
COMMON_KEYS = frozenset(
    {"id", "text", "source", "origin", "kind", "artefact", "metric", "arm", "for_each"}
)
NOT_AXES = frozenset({"artefact", "arm", "metric", "choose_best", "best"})


def check_claims(study: Study) -> None:
    """Check all claims, remarks and deviations of a study.

    Raises:
        InputError: an unknown kind, artefact, axis or value, or a selection without a row.
    """
    for name, claim in study.claims.items():
        _check_claim(study, claim, claim.get("artefact"), f"{study.path}: claims.{name}")
    for name, deviation in study.content["deviations"].items():
        where = f"{study.path}: deviations.{name}"
        for key in ("subject", "other"):
            _check_selection(study, deviation[key], deviation.get("artefact"), f"{where}.{key}")
    for group in ("notes", "assumptions"):
        for name, remark in study.content[group].items():
            for artefact in remark["artefacts"]:
                _artefact(study, artefact, f"{study.path}: {group}.{name}.artefacts")


def _check_claim(study: Study, claim: Mapping, artefact: str | None, where: str) -> None:
    _check_keys(claim, where)
    for axis, values in claim.get("for_each", {}).items():
        if axis == "artefact":
            for name in values:
                _artefact(study, name, f"{where}.for_each.artefact")
        else:
            _check_axis(_artefact(study, artefact, where), axis, values, f"{where}.for_each")
    selections = list(_selections(claim))
    for key, selection in selections:
        for fixed in _fixed(claim.get("for_each", {})):
            merged = {**fixed, **selection}
            _check_selection(study, merged, artefact, f"{where}.{key}")
    for number, part in enumerate(claim.get("parts", [])):
        inherited = {**{k: v for k, v in claim.items() if k in NOT_AXES}, **part}
        _check_claim(study, inherited, inherited.get("artefact"), f"{where}.parts[{number}]")


def _check_keys(claim: Mapping, where: str) -> None:
    """Compare a claim's keys with those that its kind needs and takes."""
    if not isinstance(claim.get("kind"), str):
        raise InputError(f"{where}: the key 'kind' is missing")
    kind = find("claim kind", claim["kind"], f"{where}.kind")
    needs, takes = kind.description["needs"], kind.description["takes"]
    if not any(all(key in claim for key in alternative) for alternative in needs):
        wanted = "; or ".join(", ".join(alternative) for alternative in needs)
        raise InputError(f"{where}: a claim of kind {kind.name!r} needs the keys {wanted}")
    known = COMMON_KEYS.union(takes, *needs)
    for key in claim:
        if key not in known:
            raise InputError(
                f"{where}: a claim of kind {kind.name!r} has no key {key!r}; "
                f"{choose_among(key, known - COMMON_KEYS)}"
            )


def _fixed(for_each: Mapping[str, list[str]]) -> Iterator[dict[str, str]]:
    """Each combination that ``for_each`` merges into the selections."""
    combinations: list[dict[str, str]] = [{}]
    for axis, values in for_each.items():
        combinations = [{**c, axis: value} for c in combinations for value in values]
    return iter(combinations)


def _selections(claim: Mapping) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in SELECTIONS:
        value = claim.get(key)
        if isinstance(value, Mapping):
            yield key, value
        for number, item in enumerate(value if isinstance(value, list) else []):
            if not isinstance(item, Mapping):
                raise InputError(f"{key}[{number}]: expected axis values by axis, found {item!r}")
            yield f"{key}[{number}]", item
    for number, term in enumerate(claim.get("terms", [])):
        yield f"terms[{number}].cells", term["cells"]


def _check_selection(
    study: Study, selection: Mapping[str, Any], default: str | None, where: str
) -> None:
    artefact = _artefact(study, selection.get("artefact", default), where)
    if not artefact.trained:
        raise InputError(f"{where}: {artefact.id} is computed without training and has no runs")
    axes = {key: value for key, value in selection.items() if key not in NOT_AXES}
    wanted = {axis: _check_axis(artefact, axis, value, where) for axis, value in axes.items()}
    arm = selection.get("arm")
    found = any(
        all(row.axes[axis] in values for axis, values in wanted.items()) and arm in (None, row.arm)
        for row in artefact.rows
    )
    if not found:
        raise InputError(f"{where}: no cell of {artefact.id} is at {dict(selection)}")


def _artefact(study: Study, name: str | None, where: str) -> Artefact:
    if name not in study.artefacts:
        raise InputError(
            f"{where}: unknown artefact {name!r}; {choose_among(name, study.artefacts)}"
        )
    return study.artefacts[name]


def _check_axis(artefact: Artefact, axis: str, value: Any, where: str) -> list[str]:
    if axis not in artefact.axes:
        raise InputError(
            f"{where}: {artefact.id} has no axis {axis!r}; {choose_among(axis, artefact.axes)}"
        )
    values = value if isinstance(value, list) else [value]
    for item in values:
        if not isinstance(item, str):
            raise InputError(f"{where}.{axis}: expected the id of a value, found {item!r}")
        if item not in artefact.axes[axis]["values"]:
            known = choose_among(item, artefact.axes[axis]["values"])
            raise InputError(f"{where}.{axis}: unknown value {item!r}; {known}")
    return values
