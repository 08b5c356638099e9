"""Claims about how many runs fail: they diverge, or end below a value."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil, inf
from typing import Any

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.records import DIVERGED
from reprise.analysis.selection import Sample, required, samples_of
from reprise.analysis.statistics.proportions import (
    compare_shares,
    runs_for_separation,
    share_against,
    share_interval,
)
from reprise.analysis.tables import Tables

DEFAULT_SHARE = 0.5


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


@kinds.register(
    "diverges",
    needs=[["subject"]],
    takes=["other", "at_least", "at_most", "or_below"],
    handles=["diverged", "not learned"],
)
def diverges(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject's runs diverge more often than the other's, or in a share of ``at_least``.

    Without ``other`` the share counts (0-1, by default 0.5); ``at_most`` claims that runs rarely
    diverge. With ``or_below`` a run counts, too, whose metric ends below that value. The effect
    is the subject's share with its Clopper-Pearson interval.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    other = samples_of(claim, claim["other"], tables) if "other" in claim else None
    counts = []
    for samples in filter(None, (subject, other)):
        counts.append(_failed(claim, samples))
        if not counts[-1].total:
            return missing(f"no run of {samples[0].row.label} has ended")
    return _against_share(claim, *counts) if other is None else _against_other(claim, *counts)


def _against_other(claim: Mapping[str, Any], subject: Count, other: Count) -> ClaimResult:
    basis = f"{_clause(claim, subject)} against {other.failed} of {other.total}"
    p = compare_shares(subject.failed, subject.total, other.failed, other.total)
    support = subject.share - other.share
    n = min(subject.total, other.total)
    basis = f"{basis}: Fisher's exact test"
    rows = min(subject.rows, other.rows)

    def needs(level: float) -> int:
        return ceil(runs_for_separation(level) / rows)

    return _result(subject, n, support, p, basis, needs)


def _against_share(claim: Mapping[str, Any], subject: Count) -> ClaimResult:
    at_most = "at_most" in claim
    share = float(claim["at_most"] if at_most else claim.get("at_least", DEFAULT_SHARE))
    basis = f"{_clause(claim, subject)}: exact binomial test against {share:g}"
    support = share - subject.share if at_most else subject.share - share
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
    known = {"holds": side(support), "effect": subject.share, "support": support, "n": n}
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, f"{basis} needs two seeds", **known)
    low, high = share_interval(subject.failed, subject.total)
    return ClaimResult(Outcome.TESTED, basis, p=p, ci_low=low, ci_high=high, needs=needs, **known)


def _clause(claim: Mapping[str, Any], count: Count) -> str:
    below = f" or ended below {claim['or_below']:g}" if "or_below" in claim else ""
    return f"{count.failed} of {count.total} runs diverged{below}"


def _failed(claim: Mapping[str, Any], samples: Sequence[Sample]) -> Count:
    """How many runs diverged or ended below ``or_below``, and how many ended."""
    limit = float(claim.get("or_below", -inf))
    failed, total = 0, 0
    for sample in samples:
        for run in sample.ended_runs():
            total += 1
            low = sample.values.get(run.seed, inf) < limit
            failed += run.status == DIVERGED or low
    return Count(failed, total, len(samples))
