"""What architectures cost, counted without weights and without a run."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from reprise.errors import InputError, choose_among
from reprise.nets.architecture import build_architecture
from reprise.nets.costs import DEFINITION, count_costs
from reprise.probes.registry import probes
from reprise.studies.artefact_records import RowRecord
from reprise.studies.choice import Choice

FINISHED, NOT_COUNTED = "finished", "not counted"
UNITS = {None: 1, "": 1, "M": 1e6, "G": 1e9}

Counted = Mapping[str, int]


@probes.register(
    "counted_costs", cells=False, exact=True, mappings={"architectures": "architecture"}
)
def counted_costs(
    rows: Sequence[RowRecord],
    *,
    axis: str,
    architectures: Mapping[str, str | Mapping[str, Any]],
    not_counted: Mapping[str, str] | None = None,
) -> pd.DataFrame:
    """Parameters, multiply-adds and parts of architectures, each built once on the meta device.

    YAML:
        probe:
          name: counted_costs
          axis: architecture            # the axis of this table whose values are architectures
          architectures:
            mobile: {name: mobilenet_v2, width_multiplier: 1.4}
          not_counted:
            other: Its layers are not published.

    What a row shows is its metric: ``parameters``, ``multiply_adds`` (of one image), or the name
    of a part that the architecture counts. Its unit is none, ``M`` (millions) or ``G`` (billions).

    Args:
        rows: of the table.
        axis: the axis of the rows whose values are architectures.
        architectures: by value id of that axis.
        not_counted: why there is no count, by value id of that axis.

    Returns:
        Tidy rows in the order of ``rows``: the axes, ``arm``, the columns of every artefact with
        the count in the row's unit as ``mean``, ``status`` (finished, or "not counted"),
        ``definition`` (what is counted), ``input`` (channels x height x width of the image) and
        ``reason`` (why there is no count).

    Raises:
        InputError: a value of the axis is in neither mapping, a row shows what its architecture
            does not count, or in another unit, or an architecture cannot be built.
    """
    reasons = not_counted or {}
    counted = {name: _count(choice, name) for name, choice in architectures.items()}
    entries = []
    for row in rows:
        value = row.axes.get(axis)
        if value not in counted and value not in reasons:
            known = choose_among(value, [*counted, *reasons])
            raise InputError(
                f"probe counted_costs: expected an architecture, or a reason in not_counted, for "
                f"every value of the axis {axis!r}, found none for {value!r}; {known}"
            )
        found = _found(row, counted[value]) if value in counted else _not_counted(reasons[value])
        entries.append({**row.leading_columns, **found})
    return pd.DataFrame(entries).astype({"n": "Int64"})


def _count(choice: str | Mapping[str, Any], name: str) -> tuple[Counted, str]:
    """The counts of an architecture by metric, and the image that they are for."""
    architecture = Choice.of(choice, f"probe counted_costs: architectures.{name}")
    built = build_architecture(architecture.name, architecture.arguments)
    costs = count_costs(built.model, built.input_shape)
    counts = {"parameters": costs.parameters, "multiply_adds": costs.multiply_adds, **built.parts}
    return counts, " x ".join(map(str, built.input_shape))


def _found(row: RowRecord, counted: tuple[Counted, str]) -> dict[str, Any]:
    counts, image = counted
    metric, unit = row.metric, row.unit
    place = f"probe counted_costs: {', '.join(row.axes.values())}"
    if metric not in counts:
        known = choose_among(metric, counts)
        raise InputError(f"{place}: expected a metric that is counted, found {metric!r}; {known}")
    if unit not in UNITS:
        raise InputError(
            f"{place}: expected the unit M, G or none, found {unit!r}; correct it on the axis"
        )
    part = f"{metric.replace('_', ' ').capitalize()} are those of the network as built."
    return {
        "mean": counts[metric] / UNITS[unit],
        "std": None,
        "n": 1,
        "status": FINISHED,
        "definition": DEFINITION if metric in ("parameters", "multiply_adds") else part,
        "input": image,
        "reason": None,
    }


def _not_counted(reason: str) -> dict[str, Any]:
    empty = dict.fromkeys(("mean", "std", "definition", "input"))
    return {**empty, "n": 0, "status": NOT_COUNTED, "reason": reason}
