"""Shares of runs: exact tests and intervals."""

from math import comb

import scipy  # loads scipy.stats, which takes a second, where it is first asked for


def share_interval(count: int, total: int, level: float = 0.95) -> tuple[float, float]:
    """Clopper-Pearson interval of a share (0-1)."""
    interval = scipy.stats.binomtest(count, total).proportion_ci(level, method="exact")
    return float(interval.low), float(interval.high)


def compare_shares(count: int, total: int, other_count: int, other_total: int) -> float:
    """Two-sided p-value of Fisher's exact test that two shares are equal."""
    table = [[count, total - count], [other_count, other_total - other_count]]
    return float(scipy.stats.fisher_exact(table).pvalue)


def runs_for_separation(level: float) -> int:
    """Runs per group from which Fisher's test tells two groups apart of which all runs of one fail
    and none of the other."""
    runs = 1
    while 2 / comb(2 * runs, runs) > level:
        runs += 1
    return runs


def share_against(count: int, total: int, share: float) -> float:
    """Two-sided p-value (twice the smaller exact binomial tail) that a share equals ``share``."""
    tails = [
        scipy.stats.binomtest(count, total, share, alternative=side).pvalue
        for side in ("less", "greater")
    ]
    return min(1.0, 2 * float(min(tails)))
