"""The two readings of a study that a deviation compares."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reprise.analysis.claims.comparison import compare
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.selection import Sample, samples_of, table_of
from reprise.analysis.tables import DEFAULT_ARM, Tables


@dataclass(frozen=True)
class Reading:
    """What a deviation calls one of its sides, and the rows that are run in that way."""

    name: str
    samples: Sequence[Sample]


def readings_of(entry: Mapping[str, Any], tables: Tables) -> tuple[Reading, Reading]:
    """The subject of a deviation and its other.

    A side is taken from the arm of the artefact that the deviation names, where the artefact has
    such an arm, and from the arm as run else.

    Raises:
        InputError: a selection is not as it has to be.
    """
    subject = entry["subject"]
    return (
        _reading(entry, subject, entry["arm"], tables),
        _reading(entry, entry.get("other", subject), entry["against"], tables),
    )


def contrast(entry: Mapping[str, Any], readings: Sequence[Reading]) -> ClaimResult:
    """The mean over the rows of the first reading minus that over those of the second."""
    weighted = [
        (sign / len(reading.samples), sample)
        for sign, reading in zip((1.0, -1.0), readings, strict=True)
        for sample in reading.samples
    ]
    return directional(compare(entry, weighted), 1)


def _reading(
    entry: Mapping[str, Any], selection: Mapping[str, Any], name: str, tables: Tables
) -> Reading:
    arms = {row.arm for row in table_of(entry, selection, tables).rows}
    arm = name if name in arms else DEFAULT_ARM
    return Reading(name, samples_of({**entry, "arm": arm}, selection, tables))
