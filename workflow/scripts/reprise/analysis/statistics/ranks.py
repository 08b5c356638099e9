"""Which of two groups arrives earlier, where some runs never arrive."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import comb

import numpy as np
from scipy import stats

RESAMPLES = 9999
# Up to this many ways to deal the runs into two groups, all of them are counted.
MOST_PERMUTATIONS = 20_000


@dataclass(frozen=True)
class RankComparison:
    """``effect``: P(first earlier) + P(tie)/2 - 0.5, from -0.5 to 0.5, with a 95 % interval."""

    effect: float
    low: float
    high: float
    p: float


def compare_times(first: Sequence[float], second: Sequence[float], seed: int = 0) -> RankComparison:
    """Mann-Whitney comparison of times; a run that never arrives has the time infinity.

    The two-sided p-value is that of the permutation distribution, which keeps ties (all censored
    runs are tied last): exact up to 20,000 permutations, sampled with ``seed`` beyond. The
    interval is a percentile bootstrap over runs with the same seed. Two runs or more per group.
    """
    first, second = np.asarray(first, float), np.asarray(second, float)
    method = stats.PermutationMethod(n_resamples=MOST_PERMUTATIONS, rng=np.random.default_rng(seed))
    p = stats.mannwhitneyu(first, second, alternative="two-sided", method=method).pvalue
    rng = np.random.default_rng(seed)
    resampled = _advantage(
        rng.choice(first, (RESAMPLES, len(first))), rng.choice(second, (RESAMPLES, len(second)))
    )
    low, high = np.quantile(resampled, [0.025, 0.975])
    return RankComparison(advantage(first, second), float(low), float(high), float(min(p, 1.0)))


def advantage(first: Sequence[float], second: Sequence[float]) -> float:
    """P(first earlier) + P(tie)/2 - 0.5, over all pairs of one run of each group."""
    return float(_advantage(np.array([first], float), np.array([second], float))[0])


def seeds_for_separation(alpha: float = 0.05) -> int:
    """Runs per group from which two completely separated groups differ at ``alpha``."""
    n = 1
    while 2 / comb(2 * n, n) > alpha:
        n += 1
    return n


def _advantage(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """P(earlier) + P(tie)/2 - 0.5 for each row of two arrays (resamples x runs)."""
    earlier = first[:, :, None] < second[:, None, :]
    tied = first[:, :, None] == second[:, None, :]
    return (earlier + tied / 2).mean(axis=(1, 2)) - 0.5
