"""Claims about how many runs diverge."""

from collections.abc import Mapping, Sequence
from typing import Any

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.records import DIVERGED
from reprise.analysis.selection import Sample, required, samples_of
from reprise.analysis.statistics.proportions import compare_shares, share_against, share_interval
from reprise.analysis.statistics.ranks import seeds_for_separation
from reprise.analysis.tables import Tables

DEFAULT_SHARE = 0.5


@kinds.register("diverges", needs=[["subject"]], takes=["other", "at_least", "at_most"])
def diverges(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """The subject's runs diverge more often than the other's, or in a share of ``at_least``.

    Without ``other`` the share counts (0-1, by default 0.5); ``at_most`` claims that runs rarely
    diverge. The effect is the subject's share with its Clopper-Pearson interval.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    other = samples_of(claim, claim["other"], tables) if "other" in claim else None
    for samples in filter(None, (subject, other)):
        if not _diverged(samples)[1]:
            return missing(f"no run of {samples[0].row.label} has ended")
    return _against_share(claim, subject) if other is None else _against_other(subject, other)


def _against_other(subject: Sequence[Sample], other: Sequence[Sample]) -> ClaimResult:
    count, total = _diverged(subject)
    other_count, other_total = _diverged(other)
    basis = (
        f"{count} of {total} runs diverged against {other_count} of {other_total}: "
        "Fisher's exact test"
    )
    support = count / total - other_count / other_total
    p = compare_shares(count, total, other_count, other_total)
    n = min(total, other_total)
    return _result(count, total, n, support, p, basis, seeds_for_separation())


def _against_share(claim: Mapping[str, Any], subject: Sequence[Sample]) -> ClaimResult:
    count, total = _diverged(subject)
    at_most = "at_most" in claim
    share = float(claim["at_most"] if at_most else claim.get("at_least", DEFAULT_SHARE))
    basis = f"{count} of {total} runs diverged: exact binomial test against {share:g}"
    support = (share - count / total) if at_most else (count / total - share)
    return _result(count, total, total, support, share_against(count, total, share), basis, None)


def _result(
    count: int, total: int, n: int, support: float, p: float, basis: str, n_needed: int | None
) -> ClaimResult:
    known = {"holds": side(support), "effect": count / total, "support": support, "n": n}
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, f"{basis} needs two seeds", **known)
    low, high = share_interval(count, total)
    return ClaimResult(
        Outcome.TESTED, basis, p=p, ci_low=low, ci_high=high, n_needed=n_needed, **known
    )


def _diverged(samples: Sequence[Sample]) -> tuple[int, int]:
    """How many runs diverged, and how many ended."""
    ended = [run for sample in samples for run in sample.ended_runs()]
    return sum(run.status == DIVERGED for run in ended), len(ended)
