"""What a number of seeds can detect, and how many seeds an effect needs."""

from collections.abc import Sequence

import numpy as np
from scipy import optimize, special

from reprise.analysis.statistics.contrasts import Estimate

MOST_SEEDS = 1000
POWER = 0.8
# The noncentral t is averaged over so many equally likely variances: scipy's own gives nan where
# the noncentrality is near 38.
QUANTILES = 2000
_SHARES = (np.arange(QUANTILES) + 0.5) / QUANTILES


def detectable_difference(
    standard_error: float, df: float, power: float = POWER, alpha: float = 0.05
) -> float:
    """The smallest |effect| that a two-sided test at ``alpha`` finds with ``power``.

    Args:
        standard_error: of the contrast, at the number of seeds that were run.
        df: its degrees of freedom.
    """
    critical = -float(special.stdtrit(df, alpha / 2))

    def excess(noncentrality: float) -> float:
        return 1 - power - _miss(noncentrality, df, alpha / 2)

    return standard_error * float(optimize.brentq(excess, 0.0, 10 * critical + 10))


def needed_seeds(
    distances: Sequence[float], estimate: Estimate, alpha: float = 0.025, power: float = POWER
) -> int | None:
    """Seeds per group with which every one-sided test succeeds with ``power``; at most 1000.

    Args:
        distances: from the effect to each bound that has to be excluded, unit of the metric; one
            distance for a difference, two for an equivalence. None comes back where one is not
            positive: such an effect is out of reach for any number of seeds.
        estimate: of the contrast, for how much its groups vary.
        alpha: level of each one-sided test.
    """
    if min(distances) <= 0:
        return None

    def suffices(seeds: int) -> bool:
        error, df = estimate.with_seeds(seeds)
        if error == 0:
            return True
        return 1 - sum(_miss(d / error, df, alpha) for d in distances) >= power

    if not suffices(MOST_SEEDS):
        return MOST_SEEDS
    low, high = 1, MOST_SEEDS
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if suffices(middle) else (middle, high)
    return high


def _miss(noncentrality: float, df: float, alpha: float) -> float:
    """The probability that a one-sided t test at ``alpha`` does not reject."""
    critical = -special.stdtrit(df, alpha) * np.sqrt(special.chdtri(df, _SHARES) / df)
    return float(special.ndtr(critical - noncentrality).mean())
