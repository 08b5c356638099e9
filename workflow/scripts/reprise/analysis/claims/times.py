"""Claims about which runs arrive first; a run that never arrives is censored."""

from collections.abc import Mapping, Sequence
from typing import Any

from reprise.analysis.claims.combining import combine
from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.measures import arrival_of, first_reached, series_of
from reprise.analysis.selection import Sample, others_of, required, samples_of
from reprise.analysis.statistics.ranks import advantage, compare_times, seeds_for_separation
from reprise.analysis.tables import DEFAULT_METRIC, Tables


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
)
def time_to(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject's ``series`` reaches ``target`` in fewer epochs than the other's.

    A loss reaches it from above. Instead of a target, ``settled: {change, epochs}`` asks for the
    first calm stretch, and ``near_best: {within, shift}`` for the first epoch near the run's own
    best. The runs of ``other`` are taken together; with ``others`` the subject has to arrive before
    each row. Runs are compared by rank, diverged ones included; those that never arrive are tied
    last. The effect is P(subject earlier) + P(tie)/2 - 0.5.
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
    groups = []
    for samples in (subject, other):
        times = [time for sample in samples for time in _times(claim, sample)]
        if not times:
            return missing(f"no run of {samples[0].row.label} has ended")
        groups.append(times)
    n = min(map(len, groups))
    effect = advantage(*groups)
    known = {"holds": side(effect), "effect": effect, "support": effect, "n": n}
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", **known)
    comparison = compare_times(*groups)
    arrived = " and ".join(f"{sum(t < float('inf') for t in g)} of {len(g)}" for g in groups)
    return ClaimResult(
        Outcome.TESTED,
        f"{arrived} runs arrive: compared by rank",
        p=comparison.p,
        ci_low=comparison.low,
        ci_high=comparison.high,
        n_needed=seeds_for_separation(),
        **known,
    )


def _times(claim: Mapping[str, Any], sample: Sample) -> list[float]:
    series = claim.get("series", DEFAULT_METRIC)
    times = []
    for run in sample.ended_runs():
        values = series_of(sample.table.histories[run.folder], series)
        arrival = arrival_of({"series": series, **claim}, values)
        if arrival is None:
            target = float(required(claim, "target"))
            arrival = first_reached(values, target, falling="loss" in series)
        times.append(arrival)
    return times
