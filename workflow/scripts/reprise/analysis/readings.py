"""The two readings of a study that a deviation compares."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import pandas as pd

from reprise.analysis.claims.comparison import compare
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.evaluation import counted_as
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.courses import course_of, course_of_row
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims import Deviation
from reprise.studies.statuses import FINISHED


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


def remarks(readings: Sequence[Reading]) -> Iterator[str]:
    """What a mean over the rows of readings hides, in clauses: rows that are one and the same run,
    and what runs that diverged count as."""
    for reading in readings:
        courses = Counter(course for s in reading.samples if (course := _course(s)))
        alike = sum(count for count in courses.values() if count > 1)
        if alike:
            yield (
                f"{alike} of the {len(reading.samples)} settings {reading.name} are one and the "
                "same run"
            )
    yield from counted_as(s for reading in readings for s in reading.samples if s.diverged)


def _course(sample: Sample) -> str | None:
    """Names the way that the finished runs of a row went; None where it is not known."""
    finished = [run.folder for run in sample.row.runs if run.status == FINISHED]
    if not finished or not all(folder in sample.table.histories for folder in finished):
        return None
    courses = [course_of(sample.table.histories[folder]) for folder in finished]
    return course_of_row(pd.Series(courses, dtype=object))
