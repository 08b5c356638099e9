"""From a selection as YAML writes it to the rows that it means.

A selection maps axes to a value id or a list of them; an axis that is not named is free. The keys
``artefact``, ``arm`` and ``metric`` replace those of the claim. ``choose_best`` names the axis (or
axes) of a sweep whose best value counts, that with the highest mean, or the lowest with
``best: lowest``.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from reprise.errors import InputError, choose_among
from reprise.studies.claims.artefacts import Artefacts, ComparedArtefact, ComparedRow
from reprise.studies.claims.selections import Candidate, Selection
from reprise.studies.measure_forms import Metric, metric_name, metric_of
from reprise.studies.rows import DEFAULT_ARM

NOT_AXES = frozenset({"artefact", "arm", "metric", "choose_best", "best"})
INHERITED = ("artefact", "metric", "arm")


@dataclass(frozen=True)
class Scope:
    """What selections take from around them.

    Attributes:
        artefacts: those of the study, by id.
        common: keys of ``INHERITED``, as the claim gives them.
        fixed: one value of each axis of ``for_each``, which a selection may replace.
        diverged_as: what runs that diverged count as; None: what guessing gives.
    """

    artefacts: Artefacts
    common: Mapping[str, Any] = field(default_factory=dict)
    fixed: Mapping[str, str] = field(default_factory=dict)
    diverged_as: float | str | None = None


def resolved(content: Any, scope: Scope, where: str) -> Selection:
    """The rows that a selection means, at least one.

    Args:
        content: its YAML.
        scope: what it takes from its claim.
        where: file and key, for messages.

    Raises:
        InputError: an unknown artefact, axis, value, arm or metric, no row, rows of several
            metrics where none is named, or nothing to choose among.
    """
    if not isinstance(content, Mapping):
        raise InputError(f"{where}: expected axis values by axis, found {content!r}")
    asked = {**scope.common, **scope.fixed, **content}
    artefact = _artefact(asked.get("artefact"), scope.artefacts, where)
    rows = _rows(artefact, asked, where)
    metric = asked.get("metric")
    if metric is None:
        metric = _shown_metric(artefact, rows, where)
    else:
        metric = metric_of(metric, f"{where}.metric")
        rows = _once(artefact, rows, metric)
    _check_metric(artefact, metric, where)
    selection = Selection(artefact.id, tuple(rows), metric, scope.diverged_as)
    return _with_candidates(selection, asked, artefact, where)


def identities(selection: Selection, artefacts: Artefacts) -> list[Hashable]:
    """For each row what is equal for rows of the same runs and the same metric."""
    rows = artefacts[selection.artefact].rows
    name = metric_name(selection.metric)
    return [(rows[place].runs, name) for place in selection.rows]


def _artefact(name: Any, artefacts: Artefacts, where: str) -> ComparedArtefact:
    if not isinstance(name, str) or name not in artefacts:
        raise InputError(f"{where}: unknown artefact {name!r}; {choose_among(name, artefacts)}")
    if not artefacts[name].is_comparable:
        raise InputError(
            f"{where}: {name} is computed without training and has no runs; compare an artefact "
            "that has some"
        )
    return artefacts[name]


def _rows(artefact: ComparedArtefact, asked: Mapping[str, Any], where: str) -> list[int]:
    wanted = {
        axis: _axis_values(artefact, axis, value, where)
        for axis, value in asked.items()
        if axis not in NOT_AXES
    }
    arms = _arms(artefact, asked.get("arm", DEFAULT_ARM), where)
    rows = [
        place
        for place, row in enumerate(artefact.rows)
        if row.arm in arms and all(row.axes[axis] in values for axis, values in wanted.items())
    ]
    if not rows:
        at = ", ".join(f"{axis} {' or '.join(values)}" for axis, values in wanted.items())
        raise InputError(
            f"{where}: no cell of {artefact.id} is at {at or 'any value'} in the arm "
            f"{' or '.join(arms)}; change the selection, or add the cell to a grid"
        )
    return rows


def _axis_values(artefact: ComparedArtefact, axis: str, value: Any, where: str) -> list[str]:
    if axis not in artefact.axes:
        raise InputError(
            f"{where}: {artefact.id} has no axis {axis!r}; {choose_among(axis, artefact.axes)}"
        )
    values = _words(value, f"{where}.{axis}", "the id of a value")
    for item in values:
        if item not in artefact.axes[axis]:
            suggestion = choose_among(item, artefact.axes[axis])
            raise InputError(f"{where}.{axis}: unknown value {item!r}; {suggestion}")
    return values


def _arms(artefact: ComparedArtefact, value: Any, where: str) -> list[str]:
    arms = _words(value, f"{where}.arm", "the name of an arm")
    present = {row.arm for row in artefact.rows}
    for arm in arms:
        if arm not in present:
            raise InputError(
                f"{where}: {artefact.id} has no arm {arm!r}; {choose_among(arm, present)}"
            )
    return arms


def _words(value: Any, where: str, what: str) -> list[str]:
    words = value if isinstance(value, list) else [value]
    for word in words:
        if not isinstance(word, str):
            raise InputError(f"{where}: expected {what}, found {word!r}")
    return words


def _shown_metric(artefact: ComparedArtefact, rows: Sequence[int], where: str) -> Metric:
    """What all the rows show."""
    shown = {metric_name(artefact.rows[place].metric): place for place in rows}
    if len(shown) == 1:
        return artefact.rows[rows[0]].metric
    axis = next(axis for axis in artefact.axes if _tells_metrics(artefact, rows, axis))
    raise InputError(
        f"{where}: expected rows of one metric, found those of several along {axis!r}; name a "
        f"value of {axis!r}, or a metric"
    )


def _tells_metrics(artefact: ComparedArtefact, rows: Sequence[int], axis: str) -> bool:
    """Whether a value of an axis says which metric a row shows."""
    pairs = {(r.axes[axis], metric_name(r.metric)) for r in (artefact.rows[i] for i in rows)}
    return len(pairs) == len({value for value, _ in pairs})


def _once(artefact: ComparedArtefact, rows: list[int], metric: Metric) -> list[int]:
    """Rows that show different metrics of the same runs are one row of a metric that is named:
    that which shows it, else the first."""
    names = {place: metric_name(artefact.rows[place].metric) for place in rows}
    if len(set(names.values())) == 1:
        return rows
    kept: dict[Any, int] = {}
    for place in rows:
        runs = artefact.rows[place].runs
        if runs not in kept or names[place] == metric_name(metric):
            kept[runs] = place
    return list(kept.values())


def _check_metric(artefact: ComparedArtefact, metric: Metric, where: str) -> None:
    if isinstance(metric, str):
        if artefact.metrics is not None and metric not in artefact.metrics:
            raise InputError(
                f"{where}: no run of {artefact.id} has the metric {metric!r}; "
                f"{choose_among(metric, artefact.metrics)}"
            )
    elif not artefact.is_trained:
        raise InputError(
            f"{where}: expected an artefact whose cells are trained, since the metric is a measure "
            f"of learning curves, found {artefact.id}; name a metric of its probe"
        )


def _with_candidates(
    selection: Selection, asked: Mapping[str, Any], artefact: ComparedArtefact, where: str
) -> Selection:
    """The selection with what its best is chosen among."""
    best = asked.get("best", "highest")
    if best not in ("highest", "lowest") or ("best" in asked and "choose_best" not in asked):
        raise InputError(
            f"{where}.best: expected highest or lowest beside the key 'choose_best', found "
            f"{asked['best']!r}"
        )
    if "choose_best" not in asked:
        return selection
    axes = _words(asked["choose_best"], f"{where}.choose_best", "the id of an axis")
    for axis in axes:
        if axis not in artefact.axes:
            raise InputError(
                f"{where}.choose_best: {artefact.id} has no axis {axis!r}; "
                f"{choose_among(axis, artefact.axes)}"
            )
    swept: dict[tuple[str, ...], list[int]] = {}
    for place in selection.rows:
        row: ComparedRow = artefact.rows[place]
        swept.setdefault(tuple(row.axes[axis] for axis in axes), []).append(place)
    if len(swept) < 2:
        raise InputError(
            f"{where}.choose_best: expected two values or more to choose among along "
            f"{' and '.join(axes)}, found one; select more of them"
        )
    candidates = tuple(Candidate(values, tuple(rows)) for values, rows in swept.items())
    return Selection(
        selection.artefact,
        selection.rows,
        selection.metric,
        selection.diverged_as,
        candidates,
        best == "lowest",
    )
