"""Whether every claim and deviation of a study names cells that the study has."""

from collections.abc import Iterator, Mapping
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.inventory import find
from reprise.planning.probe_runs import is_comparable
from reprise.planning.report_checks import DEFAULT_ARM, Side, check_reports
from reprise.studies.measure_forms import LEFT_OUT, check_arrival, check_measure, check_series
from reprise.studies.study import Artefact, Row, Study

SELECTIONS = ("subject", "other", "others", "cells")
DIVERGED_KEYS = frozenset({"diverged_as", "diverged_because"})
COMMON_KEYS = frozenset(
    {
        "id", "text", "source", "origin", "kind", "artefact", "metric", "arm", "for_each",
        *DIVERGED_KEYS,
    }
)  # fmt: skip
NOT_AXES = frozenset({"artefact", "arm", "metric", "choose_best", "best"})


def check_claims(study: Study) -> None:
    """Check all claims, remarks and deviations of a study.

    Raises:
        InputError: an unknown kind, artefact, axis or value, or a selection without a row.
    """
    for name, claim in study.claims.items():
        _check_claim(study, claim, claim.get("artefact"), f"{study.path}: claims.{name}")
    for name, deviation in study.content["deviations"].items():
        _check_deviation(study, deviation, f"{study.path}: deviations.{name}")
    for group in ("notes", "assumptions"):
        for name, remark in study.content[group].items():
            for artefact in remark["artefacts"]:
                _artefact(study, artefact, f"{study.path}: {group}.{name}.artefacts")


def _check_claim(study: Study, claim: Mapping, artefact: str | None, where: str) -> None:
    _check_keys(claim, where)
    _check_measures(claim, where)
    _check_for_each(study, claim.get("for_each", {}), artefact, f"{where}.for_each")
    common = {key: claim[key] for key in ("artefact", "metric", "arm") if key in claim}
    for fixed in _fixed(claim.get("for_each", {})):
        sides = [
            _side(study, {**common, **fixed, **selection}, f"{where}.{key}", weight)
            for key, selection, weight in _selections(claim)
        ]
        if _compares_means(claim):
            check_reports(sides, where, may_cancel="terms" in claim or "other" in claim)
    for number, part in enumerate(claim.get("parts", [])):
        inherited = {**{k: v for k, v in claim.items() if k in NOT_AXES}, **part}
        _check_claim(study, inherited, inherited.get("artefact"), f"{where}.parts[{number}]")


def _check_deviation(study: Study, deviation: Mapping, where: str) -> None:
    """A side is in the arm that the deviation names, where its artefact has such an arm."""
    sides = []
    for key, named, weight in (("subject", "arm", 1.0), ("other", "against", -1.0)):
        selection = {"artefact": deviation.get("artefact"), **deviation[key]}
        arms = _artefact(study, selection["artefact"], f"{where}.{key}").content["arms"]
        arm = deviation[named] if deviation[named] in arms else DEFAULT_ARM
        sides.append(_side(study, {"arm": arm, **selection}, f"{where}.{key}", weight))
    check_reports(sides, where, may_cancel=False)


def _compares_means(claim: Mapping) -> bool:
    """Whether means of rows are compared with one another, not one mean with a number."""
    alone = isinstance(claim.get("cells"), Mapping) and "axis" not in claim
    kind = find("claim kind", claim["kind"], "kind")
    return kind.description.get("means", False) and not alone


def _check_measures(claim: Mapping, where: str) -> None:
    check_measure(claim.get("metric"), f"{where}.metric")
    if "series" in claim:
        check_series(claim["series"], f"{where}.series")
    check_arrival(claim, where)
    _check_diverged_as(claim, where)


def _check_diverged_as(claim: Mapping, where: str) -> None:
    """A value for runs that diverged, other than what guessing gives, has a reason."""
    counted = claim.get("diverged_as", 0)
    is_number = isinstance(counted, int | float) and not isinstance(counted, bool)
    if not is_number and counted != LEFT_OUT:
        raise InputError(
            f"{where}.diverged_as: expected a number or {LEFT_OUT!r}, found {counted!r}"
        )
    if ("diverged_as" in claim) != ("diverged_because" in claim):
        raise InputError(
            f"{where}: expected the keys diverged_as and diverged_because together (what a run "
            "that diverged counts as, and why), found one of them"
        )


def _check_for_each(
    study: Study, for_each: Mapping[str, list[str]], artefact: str | None, where: str
) -> None:
    """Every artefact over which a claim runs has every axis value over which it runs."""
    for name in for_each.get("artefact", [artefact]):
        for axis, values in for_each.items():
            found = _artefact(study, name, f"{where}.artefact")
            if axis != "artefact":
                _check_axis(found, axis, values, where)


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
    if "diverged" in kind.description.get("handles", ()):
        known -= DIVERGED_KEYS
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


def _selections(claim: Mapping) -> Iterator[tuple[str, Mapping[str, Any], float]]:
    """Key, selection and weight of its mean in what is compared."""
    for key in SELECTIONS:
        value = claim.get(key)
        sign = -1.0 if key in ("other", "others") else 1.0
        if isinstance(value, Mapping):
            yield key, value, sign
        for number, item in enumerate(value if isinstance(value, list) else []):
            if not isinstance(item, Mapping):
                raise InputError(f"{key}[{number}]: expected axis values by axis, found {item!r}")
            yield f"{key}[{number}]", item, sign / len(value)
    for number, term in enumerate(claim.get("terms", [])):
        yield f"terms[{number}].cells", term["cells"], float(term["weight"])


def _side(study: Study, selection: Mapping[str, Any], where: str, weight: float) -> Side:
    """The rows that a selection compares, after a check of everything that it names."""
    artefact = _artefact(study, selection.get("artefact"), where)
    rows = _check_selection(study, selection, where)
    arm = selection.get("arm", DEFAULT_ARM)
    arms = arm if isinstance(arm, list) else [arm]
    shown = artefact.content["metric"]
    compared = [(r, selection.get("metric") or r.metric or shown) for r in rows if r.arm in arms]
    return Side(weight, compared)


def _check_selection(study: Study, selection: Mapping[str, Any], where: str) -> list[Row]:
    artefact = _artefact(study, selection.get("artefact"), where)
    if not is_comparable(artefact, where):
        raise InputError(f"{where}: {artefact.id} is computed without training and has no runs")
    axes = {key: value for key, value in selection.items() if key not in NOT_AXES}
    wanted = {axis: _check_axis(artefact, axis, value, where) for axis, value in axes.items()}
    arm = selection.get("arm")
    arms = arm if isinstance(arm, list) else [arm]
    rows = [
        row
        for row in artefact.rows
        if all(row.axes[axis] in values for axis, values in wanted.items())
        and (arm is None or row.arm in arms)
    ]
    if not rows:
        raise InputError(f"{where}: no cell of {artefact.id} is at {dict(selection)}")
    check_measure(selection.get("metric"), f"{where}.metric")
    _check_one_metric(artefact, rows, selection, where)
    return rows


def _check_one_metric(
    artefact: Artefact, rows: list[Row], selection: Mapping[str, Any], where: str
) -> None:
    """Rows of accuracies and of epochs have no common mean."""
    if "metric" in selection or all(row.metric == rows[0].metric for row in rows):
        return
    axis = next(
        name
        for name, content in artefact.axes.items()
        if any("metric" in value for value in content["values"].values())
    )
    raise InputError(
        f"{where}: expected rows of one metric, found those of several along {axis!r}; name a "
        f"value of {axis!r}, or a metric"
    )


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
