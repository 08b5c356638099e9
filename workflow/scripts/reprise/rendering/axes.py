"""The axes of an artefact: which value combinations make its rows and columns, and their names."""

from collections.abc import Iterable, Iterator
from itertools import product
from typing import Any

from reprise.studies.rows import DEFAULT_ARM

Values = tuple[str, ...]


def axis(artefact: dict[str, Any], identity: str) -> dict[str, Any]:
    """One axis of an artefact; an axis that is not described is its own label."""
    for entry in artefact.get("axes", []):
        if entry["id"] == identity:
            return entry
    return {"id": identity, "label": identity, "values": []}


def label(artefact: dict[str, Any], identity: str, value: str | None) -> str:
    """What a value of an axis is called."""
    for entry in axis(artefact, identity)["values"]:
        if entry["id"] == value:
            return entry.get("label") or str(value)
    return str(value)


def rank(artefact: dict[str, Any], identity: str, value: str) -> int:
    """The place of a value in the order of its axis; after all others where it is not described."""
    described = [entry["id"] for entry in axis(artefact, identity)["values"]]
    return described.index(value) if value in described else len(described)


def position(artefact: dict[str, Any], identity: str, value: str | None) -> float | None:
    """Where a value stands on a numeric axis, or None."""
    for entry in axis(artefact, identity)["values"]:
        if entry["id"] == value:
            return entry.get("x")
    return None


def axis_labels(artefact: dict[str, Any], axes: Iterable[str]) -> list[str]:
    """The labels of several axes."""
    return [axis(artefact, identity).get("label") or identity for identity in axes]


def combination_label(artefact: dict[str, Any], axes: Iterable[str], values: Values) -> str:
    """The labels of one combination of values, joined."""
    return ", ".join(
        label(artefact, identity, value) for identity, value in zip(axes, values, strict=True)
    )


def layout_axes(artefact: dict[str, Any], side: str) -> list[str]:
    """The axes along ``rows`` or ``columns``; without a layout every axis makes rows."""
    layout = artefact.get("layout")
    if not layout:
        return [entry["id"] for entry in artefact.get("axes", [])] if side == "rows" else []
    return list(layout.get(side) or [])


def values_of(row: dict[str, Any], axes: Iterable[str]) -> Values:
    """The values of a plan row along some axes; an axis it does not have is empty."""
    return tuple(str(row.get("axes", {}).get(identity, "")) for identity in axes)


def combinations(artefact: dict[str, Any], axes: list[str]) -> list[Values]:
    """Combinations of values that some row has, in the order of the axes' values."""
    present = {values_of(row, axes) for row in artefact.get("rows", [])}
    described = [[entry["id"] for entry in axis(artefact, identity)["values"]] for identity in axes]
    ordered = [values for values in product(*described) if values in present]
    return ordered + sorted(present - set(ordered))


def arms(artefact: dict[str, Any]) -> list[str]:
    """The arms of an artefact in the order of its rows, the main one first."""
    found = dict.fromkeys(row.get("arm", DEFAULT_ARM) for row in artefact.get("rows", []))
    return sorted(found, key=lambda arm: arm != DEFAULT_ARM)


def rows_at(
    artefact: dict[str, Any], axes: list[str], values: Values, arm: str | None = None
) -> Iterator[dict[str, Any]]:
    """The plan rows with these values along these axes, of one arm or of all."""
    for row in artefact.get("rows", []):
        if values_of(row, axes) == values and arm in (None, row.get("arm", DEFAULT_ARM)):
            yield row
