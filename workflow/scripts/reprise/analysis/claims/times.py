"""Claims about which runs arrive first."""

from collections.abc import Sequence
from dataclasses import replace

import pandas as pd

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.comparison import Comparison
from reprise.analysis.claims.decisions import directional
from reprise.analysis.claims.result import ClaimResult, judges, missing
from reprise.analysis.measures import arrival, first_reached, series_of
from reprise.analysis.selection import Sample, others_of, rows_beside, samples_of
from reprise.analysis.tables import Tables
from reprise.studies.claims.curves import TimeTo
from reprise.studies.scores import falls

# An epoch of arrival is a time rounded to whole epochs, which alone has this variance.
ROUNDING_VARIANCE = 1 / 12


@judges.register("time_to")
def time_to(rule: TimeTo, tables: Tables) -> ClaimResult:
    """The subject arrives before the other group, or before each of the other rows."""
    subject = samples_of(rule.subject, tables)
    if rule.other:
        return _compare(rule, subject, samples_of(rule.other, tables))
    return combine(
        [
            (f"against {other.row.label}", _compare(rule, subject, [other]))
            for other in others_of(subject, rule.others, tables)
        ]
    )


def _compare(rule: TimeTo, subject: Sequence[Sample], other: Sequence[Sample]) -> ClaimResult:
    compared = [*subject, *other]
    for sample in compared:
        if not any(True for _ in sample.ended_runs()):
            return missing(f"no run of {sample.row.label} has ended")
    never = max(map(_longest_run, compared)) + 1
    weighted = [
        (sign / len(samples), _timed(rule, sample, never))
        for sign, samples in ((-1.0, subject), (1.0, other))
        for sample in samples
    ]

    def beside(samples: Sequence[Sample]) -> list[Sample]:
        return [_timed(rule, sample, never) for sample in rows_beside(samples)]

    comparison = Comparison(weighted, beside=beside, least=ROUNDING_VARIANCE)
    result = directional(comparison, 1)
    times = [time for _, sample in weighted for time in sample.values.values()]
    count = sum(time < never for time in times)
    others = f", the others count as arriving at epoch {never}" if count < len(times) else ""
    arrived = f"{count} of {len(times)} runs arrive{others}"
    return replace(result, basis=f"{arrived}; {result.basis}")


def _longest_run(sample: Sample) -> int:
    """In epochs."""
    return max(len(sample.table.histories[run.folder]) for run in sample.ended_runs())


def _timed(rule: TimeTo, sample: Sample, never: float) -> Sample:
    """The sample with the epochs of arrival of its runs as values."""
    times = {
        run.seed: min(_arrival(rule, sample.table.histories[run.folder]), never)
        for run in sample.ended_runs()
    }
    return replace(sample, values=times, reported=None)


def _arrival(rule: TimeTo, history: pd.DataFrame) -> float:
    """The epoch at which a run arrives; inf where it never does."""
    values = series_of(history, rule.series)
    if rule.target is not None:
        return first_reached(values, rule.target, falling=falls(rule.series))
    return arrival(rule.settled or rule.near_best, rule.series, values)
