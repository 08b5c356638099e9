"""The hyper-parameters that searches found, one row of a table for each."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.probes.registry import Searched, probes
from reprise.studies.artefact_records import RowRecord

FINISHED, PARTIAL, MISSING, NOT_SEARCHED = "finished", "partial", "missing", "not searched"
NOT_LEARNED = "not learned"
KEYS = frozenset({"artefact", "metric", "axis", "direction", "only"})
DIRECTIONS = {"less": pd.Series.idxmin, "greater": pd.Series.idxmax}
COLUMNS = ("arm", "reported", "cited", "mean", "std", "n", "status", "median", "statistic")


@probes.register("found_values", reads=True)
def found_values(
    rows: Sequence[RowRecord],
    searched: Mapping[str, Searched],
    *,
    axis: str,
    quantities: Mapping[str, Mapping[str, Any]],
) -> pd.DataFrame:
    """What the searches of other artefacts found for every row.

    YAML:
        probe:
          name: found_values
          axis: quantity                # the axis of this table whose values are quantities
          quantities:
            learning_rate: {artefact: lr_range, metric: suggested_learning_rate}
            momentum:
              artefact: momentum        # or a list, whose rows are pooled
              axis: momentum
              metric: high_rate_validation_loss
              direction: less
              only: {setting: [small_net]}

    A row of this table is found in those runs of the searched artefacts that agree with it on all
    axes that both have. Without ``axis`` of its own, a quantity is the median over seeds of
    ``metric``; with it, it is the position ``x`` of that axis's value whose mean ``metric`` over
    seeds is lowest (direction ``less``) or highest (``greater``). A row without such runs was not
    searched; ``only`` says so for artefacts that lack the axes to tell, by axis of this table.

    Args:
        rows: of the table.
        searched: the artefacts that the quantities name.
        axis: the axis of the rows whose values are quantities.
        quantities: by value id of that axis.

    Returns:
        Tidy rows in the order of ``rows``: the axes, ``arm``, and the columns of every artefact.
        ``statistic`` names the column of what was found: ``median`` without ``axis``, beside which
        ``mean`` and ``std`` (of a sample) are those of the same ``n`` runs; ``mean`` with it, which
        is then the best position, and ``n`` the number of runs of its mean metric. ``status`` is
        finished, partial (some runs of the search are missing), missing, "not searched", or "not
        learned" where none of the runs among which the best is sought is better than guessing: the
        lowest of losses at chance is noise. A search that is finished and found nothing leaves the
        numbers empty.

    Raises:
        InputError: a quantity without a search, a search of another form, or an axis value
            without a position.
    """
    for quantity, search in quantities.items():
        _check(search, rows, f"probe found_values: quantities.{quantity}")
    entries = [
        {**row.leading_columns, **_found(row, _search_of(row, axis, quantities), searched)}
        for row in rows
    ]
    columns = [*(rows[0].axes if rows else []), *COLUMNS]
    return pd.DataFrame(entries, columns=columns).astype({"n": "Int64"})


def _search_of(
    row: RowRecord, axis: str, quantities: Mapping[str, Mapping[str, Any]]
) -> Mapping[str, Any]:
    quantity = row.axes.get(axis)
    if quantity not in quantities:
        raise InputError(
            f"probe found_values: expected a search for every value of the axis {axis!r}, found "
            f"none for the row {', '.join(row.axes.values())}; add it to quantities"
        )
    return quantities[quantity]


def _check(search: Mapping[str, Any], rows: Sequence[RowRecord], where: str) -> None:
    for key in search:
        if key not in KEYS:
            raise InputError(f"{where}: unknown key {key!r}; {choose_among(key, KEYS)}")
    for key in ("artefact", "metric", *(("direction",) if "axis" in search else ())):
        if key not in search:
            raise InputError(f"{where}: the key {key!r} is missing")
    if (direction := search.get("direction", "less")) not in DIRECTIONS:
        known = choose_among(direction, DIRECTIONS)
        raise InputError(f"{where}.direction: found {direction!r}; {known}")
    for name, values in search.get("only", {}).items():
        own = {row.axes.get(name) for row in rows} - {None}
        for value in values:
            if value not in own:
                known = choose_among(value, own)
                raise InputError(f"{where}.only.{name}: no row has the value {value!r}; {known}")


def _found(
    row: RowRecord, search: Mapping[str, Any], searched: Mapping[str, Searched]
) -> dict[str, Any]:
    """``mean``, ``std``, ``median``, ``statistic``, ``n`` and ``status`` of one row."""
    nothing = {"n": 0, "statistic": "mean" if "axis" in search else "median"}
    if any(row.axes.get(name) not in values for name, values in search.get("only", {}).items()):
        return {**nothing, "status": NOT_SEARCHED}
    # Artefacts may share runs.
    runs = pd.concat(_values(row, search, searched)).drop_duplicates("folder")
    if runs.empty:
        return {**nothing, "status": NOT_SEARCHED}
    ended = runs["status"].isin(["finished", "diverged"])
    status = FINISHED if ended.all() else PARTIAL if ended.any() else MISSING
    runs = runs[(runs["status"] == FINISHED) & runs["value"].notna()]
    if runs.empty:
        return {**nothing, "status": status}
    if "axis" in search and runs["learned"].eq(False).all():
        return {**nothing, "status": NOT_LEARNED}
    numbers = _best(runs, search["direction"]) if "axis" in search else _center(runs["value"])
    return {**nothing, **numbers, "status": status}


def _best(runs: pd.DataFrame, direction: str) -> dict[str, Any]:
    """The position whose mean value is best."""
    best = DIRECTIONS[direction](runs.groupby("position")["value"].mean())
    return {"mean": float(best), "n": int((runs["position"] == best).sum())}


def _center(values: pd.Series) -> dict[str, Any]:
    """Median and mean over runs."""
    std = float(values.std()) if len(values) > 1 else None
    center = {"mean": float(values.mean()), "median": float(values.median())}
    return {**center, "std": std, "n": len(values)}


def _values(
    row: RowRecord, search: Mapping[str, Any], searched: Mapping[str, Searched]
) -> Iterator[pd.DataFrame]:
    """For each artefact of a search, the runs that belong to the row: ``status``, ``folder``,
    ``learned``, ``value`` of the metric, and ``position`` on the search's axis where it has one."""
    named = search["artefact"]
    for name in [named] if isinstance(named, str) else named:
        artefact = searched[name]
        runs = artefact.runs[artefact.runs["arm"] == row.arm]
        for axis in artefact.positions.keys() & row.axes.keys() - {search.get("axis")}:
            runs = runs[runs[axis] == row.axes[axis]]
        values = runs[["status", "folder", "learned"]].copy()
        values["value"] = _measured(runs, search["metric"], name)
        if "axis" in search:
            values["position"] = _positions(artefact, runs, search["axis"], name)
        yield values


def _measured(runs: pd.DataFrame, metric: str, name: str) -> pd.Series | float:
    """The metric of each run, which may be missing as long as no run has finished."""
    if metric not in runs and (runs["status"] == FINISHED).any():
        raise InputError(
            f"probe found_values: {name} has no metric {metric!r}; "
            f"{choose_among(metric, runs.columns)}"
        )
    return runs[metric] if metric in runs else float("nan")


def _positions(artefact: Searched, runs: pd.DataFrame, axis: str, name: str) -> pd.Series:
    positions = artefact.positions.get(axis, {})
    unplaced = [value for value in runs.get(axis, []) if positions.get(value) is None]
    if axis not in runs or unplaced:
        raise InputError(
            f"probe found_values: expected {name} to have an axis {axis!r} with a position x for "
            f"every value, but {unplaced[0] if unplaced else 'the axis'} has none; add it in the "
            "study's YAML"
        )
    return runs[axis].map(positions)
