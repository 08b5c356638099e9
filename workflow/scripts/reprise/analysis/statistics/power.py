"""What a number of seeds can detect, and how many seeds an effect needs (noncentral t)."""

from collections.abc import Sequence
from math import sqrt

from scipy import optimize, stats

MOST_SEEDS = 1000
# Beyond this noncentrality a miss has no measurable probability, and scipy's series lose accuracy.
LARGEST_NONCENTRALITY = 37.0


def detectable_difference(
    standard_error: float, df: float, power: float = 0.8, alpha: float = 0.05
) -> float:
    """The smallest |effect| that a two-sided test at ``alpha`` finds with ``power``.

    Args:
        standard_error: of the contrast, at the number of seeds that were run.
        df: its degrees of freedom.
    """
    critical = float(stats.t.ppf(1 - alpha / 2, df))

    def excess(noncentrality: float) -> float:
        return float(stats.nct.sf(critical, df, noncentrality)) - power

    return standard_error * float(optimize.brentq(excess, 0.0, 10 * critical + 10))


def needed_seeds(
    distances: Sequence[float],
    sd: float,
    weights: Sequence[float],
    groups: int,
    alpha: float = 0.025,
    power: float = 0.8,
) -> int | None:
    """Seeds per group with which every one-sided test succeeds with ``power``; at most 1000.

    Args:
        distances: from the effect to each bound that has to be excluded, unit of the metric; one
            distance for a difference, two for an equivalence. None comes back where one is not
            positive: such an effect is out of reach for any number of seeds.
        sd: standard deviation of one run.
        weights: of the groups in the contrast.
        groups: how many groups the standard deviation is pooled over.
        alpha: level of each one-sided test.
    """
    if min(distances) <= 0:
        return None
    if sd == 0:
        return 2

    def suffices(seeds: int) -> bool:
        error = sd * sqrt(sum(w**2 for w in weights) / seeds)
        df = groups * (seeds - 1)
        return 1 - sum(_miss(d / error, df, alpha) for d in distances) >= power

    if not suffices(MOST_SEEDS):
        return MOST_SEEDS
    low, high = 1, MOST_SEEDS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _miss(noncentrality: float, df: float, alpha: float) -> float:
    critical = stats.t.ppf(1 - alpha, df)
    if noncentrality > LARGEST_NONCENTRALITY + critical:
        return 0.0
    return float(stats.nct.cdf(critical, df, noncentrality))
