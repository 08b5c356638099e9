"""On what the cells were trained: software, hardware and commit, each combination once."""

from dataclasses import dataclass
from typing import Any

from reprise.rendering.cells import RunState
from reprise.rendering.overview import local_changes, short_commit
from reprise.studies.cell import BFLOAT16, FLOAT32, TFLOAT32

SIGNIFICANT_BITS = {TFLOAT32: 11, BFLOAT16: 8}

DESCRIBING = (
    "commit",
    "modified",
    "python",
    "torch",
    "device_name",
    "device",
    "threads",
    "precision",
    "runner",
)
"""Columns of ``metrics.csv`` that tell environments apart."""


@dataclass(frozen=True)
class Environment:
    """One combination with the number of cells that were trained in it."""

    cells: int
    entries: list[str]


@dataclass(frozen=True)
class Environments:
    """A table of environments: the names of the entries that some cell has, and the rows. ``note``
    says of which cells the number format is not as published; it is empty where there are none."""

    names: list[str]
    rows: list[Environment]
    note: str


def environments(cells: list[RunState]) -> Environments:
    """The environments of all cells that left metrics, the most frequent first."""
    counted: dict[tuple[str, ...], int] = {}
    for cell in cells:
        if cell.metrics:
            key = tuple(entry(name, cell.metrics.get(name)) for name in DESCRIBING)
            counted[key] = counted.get(key, 0) + 1
    shown = [i for i, _ in enumerate(DESCRIBING) if any(key[i] for key in counted)]
    rows = sorted(counted.items(), key=lambda item: (-item[1], item[0]))
    return Environments(
        names=[DESCRIBING[i].replace("_", " ") for i in shown],
        rows=[Environment(amount, [key[i] for i in shown]) for key, amount in rows],
        note=_note(cells),
    )


def _note(cells: list[RunState]) -> str:
    formats = [str(cell.metrics.get("precision") or FLOAT32) for cell in cells if cell.metrics]
    rounded = {name: formats.count(name) for name in sorted({*formats} & SIGNIFICANT_BITS.keys())}
    counts = (
        f"{number} of {len(formats)} cells in {name} ({SIGNIFICANT_BITS[name]} significant bits)"
        for name, number in rounded.items()
    )
    said = " and ".join(counts)
    return (
        f"Factors of convolutions and matrix products were rounded: {said}. float32, with 24, is "
        "as published."
        if said
        else ""
    )


def entry(name: str, value: Any) -> str:
    """One entry of a provenance in words."""
    if value is None or value != value:
        return ""
    if name == "commit":
        return short_commit(value)
    if name == "modified":
        return local_changes(value).strip() or "unchanged"
    return f"{value:g}" if isinstance(value, float) else str(value)
