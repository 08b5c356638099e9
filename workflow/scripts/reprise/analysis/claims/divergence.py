"""Claims about how many runs fail: they diverge, or end below a value."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import ceil, inf

from reprise.analysis.claims.result import ClaimResult, Outcome, judges, missing, side
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.statistics.proportions import (
    compare_shares,
    runs_for_separation,
    share_against,
    share_interval,
)
from reprise.analysis.tables import Tables
from reprise.studies.claims.counts import Diverges
from reprise.studies.statuses import DIVERGED


@dataclass(frozen=True)
class Count:
    """``failed`` of ``total`` runs of ``rows`` rows that came to an end of their own."""

    failed: int
    total: int
    rows: int

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.failed / self.total


@judges.register("diverges")
def diverges(rule: Diverges, tables: Tables) -> ClaimResult:
    """The subject's runs diverge more often than the other's, or in a share that is claimed."""
    counts = []
    for samples in (samples_of(group, tables) for group in (rule.subject, rule.other) if group):
        counts.append(_failed(rule, samples))
        if not counts[-1].total:
            return missing(f"no run of {samples[0].row.label} has ended")
    return _against_other(rule, *counts) if rule.other else _against_share(rule, *counts)


def _against_other(rule: Diverges, subject: Count, other: Count) -> ClaimResult:
    basis = f"{_clause(rule, subject)} against {other.failed} of {other.total}"
    p = compare_shares(subject.failed, subject.total, other.failed, other.total)
    support = subject.share - other.share
    n = min(subject.total, other.total)
    basis = f"{basis}: Fisher's exact test"
    rows = min(subject.rows, other.rows)

    def needs(level: float) -> int:
        return ceil(runs_for_separation(level) / rows)

    return _result(subject, n, support, p, basis, needs)


def _against_share(rule: Diverges, subject: Count) -> ClaimResult:
    share = float(rule.share)
    basis = f"{_clause(rule, subject)}: exact binomial test against {share:g}"
    support = share - subject.share if rule.at_most else subject.share - share
    p = share_against(subject.failed, subject.total, share)
    return _result(subject, subject.total, support, p, basis, lambda level: None)


def _result(
    subject: Count,
    n: int,
    support: float,
    p: float,
    basis: str,
    needs: Callable[[float], int | None],
) -> ClaimResult:
    numbers = {"holds": side(support), "effect": subject.share, "support": support, "n": n}
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, f"{basis} needs two seeds", **numbers)
    low, high = share_interval(subject.failed, subject.total)
    return ClaimResult(Outcome.TESTED, basis, p=p, ci_low=low, ci_high=high, needs=needs, **numbers)


def _clause(rule: Diverges, count: Count) -> str:
    below = "" if rule.or_below is None else f" or ended below {rule.or_below:g}"
    return f"{count.failed} of {count.total} runs diverged{below}"


def _failed(rule: Diverges, samples: Sequence[Sample]) -> Count:
    """How many runs diverged or ended below the claim's limit, and how many ended."""
    limit = -inf if rule.or_below is None else rule.or_below
    failed, total = 0, 0
    for sample in samples:
        for run in sample.ended_runs():
            total += 1
            low = sample.values.get(run.seed, inf) < limit
            failed += run.status == DIVERGED or low
    return Count(failed, total, len(samples))
