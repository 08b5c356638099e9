"""Claims about which runs arrive first."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.comparison import Comparison
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, missing
from reprise.analysis.measures import arrival_of, first_reached, series_of
from reprise.analysis.selection import (
    Sample,
    claim_name,
    others_of,
    required,
    rows_beside,
    samples_of,
)
from reprise.analysis.tables import DEFAULT_METRIC, Tables

# An epoch of arrival is a time rounded to whole epochs, which alone has this variance.
ROUNDING_VARIANCE = 1 / 12


@kinds.register(
    "time_to",
    needs=[
        ["subject", "other", "target"],
        ["subject", "other", "settled"],
        ["subject", "other", "near_best"],
        ["subject", "others", "target"],
        ["subject", "others", "settled"],
        ["subject", "others", "near_best"],
    ],
    takes=["series"],
    handles=["diverged"],
)
def time_to(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject's ``series`` reaches ``target`` in fewer epochs than the other's.

    A loss reaches it from above. Instead of a target, ``settled: {change, epochs}`` asks for the
    first calm stretch, and ``near_best: {within, shift}`` for the first epoch near the run's own
    best. With ``others`` the subject has to arrive before each row. A run that does not arrive, or
    diverges, counts as arriving one epoch after the longest run, which is the earliest that it
    could have. The effect is by how many epochs the subject is earlier.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    if "others" not in claim:
        return _compare(claim, subject, samples_of(claim, required(claim, "other"), tables))
    return combine(
        [
            (f"against {other.row.label}", _compare(claim, subject, [other]))
            for other in others_of(claim, subject, tables)
        ]
    )


def _compare(
    claim: Mapping[str, Any], subject: Sequence[Sample], other: Sequence[Sample]
) -> ClaimResult:
    compared = [*subject, *other]
    for sample in compared:
        if not any(True for _ in sample.ended_runs()):
            return missing(f"no run of {sample.row.label} has ended")
    never = max(map(_longest_run, compared)) + 1
    weighted = [
        (sign / len(samples), _timed(claim, sample, never))
        for sign, samples in ((-1.0, subject), (1.0, other))
        for sample in samples
    ]

    def beside(samples: Sequence[Sample]) -> list[Sample]:
        return [_timed(claim, sample, never) for sample in rows_beside(samples)]

    comparison = Comparison(weighted, claim_name(claim), beside=beside, least=ROUNDING_VARIANCE)
    result = directional(comparison, 1)
    times = [time for _, sample in weighted for time in sample.values.values()]
    arrived = f"{sum(time < never for time in times)} of {len(times)} runs arrive"
    return replace(result, basis=f"{arrived}; {result.basis}")


def _longest_run(sample: Sample) -> int:
    """In epochs."""
    return max(len(sample.table.histories[run.folder]) for run in sample.ended_runs())


def _timed(claim: Mapping[str, Any], sample: Sample, never: float) -> Sample:
    """The sample with the epochs of arrival of its runs as values."""
    series = claim.get("series", DEFAULT_METRIC)
    times = {}
    for run in sample.ended_runs():
        values = series_of(sample.table.histories[run.folder], series)
        arrival = arrival_of({"series": series, **claim}, values)
        if arrival is None:
            target = float(required(claim, "target"))
            arrival = first_reached(values, target, falling="loss" in series)
        times[run.seed] = min(arrival, never)
    return replace(sample, values=times, reported=None)
