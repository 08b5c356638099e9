"""The two readings of a study that a deviation compares."""

from collections.abc import Sequence
from dataclasses import dataclass

from reprise.analysis.claims.comparison import compare
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims import Deviation


@dataclass(frozen=True)
class Reading:
    """What a deviation calls one of its sides, and the rows that are run in that way."""

    name: str
    samples: Sequence[Sample]


def readings_of(deviation: Deviation, tables: Tables) -> tuple[Reading, Reading]:
    """The subject of a deviation and its other."""
    return (
        Reading(deviation.arm, samples_of(deviation.subject, tables)),
        Reading(deviation.against, samples_of(deviation.other, tables)),
    )


def contrast(readings: Sequence[Reading]) -> ClaimResult:
    """The mean over the rows of the first reading minus that over those of the second."""
    weighted = [
        (sign / len(reading.samples), sample)
        for sign, reading in zip((1.0, -1.0), readings, strict=True)
        for sample in reading.samples
    ]
    return directional(compare(weighted), 1)
