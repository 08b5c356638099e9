"""What testing several claims at once takes: a correction, and how many hold by chance."""

from collections.abc import Sequence

import numpy as np

# A two-sided test at 5 % finds an effect in the claimed direction this often where there is none.
CHANCE_PER_CLAIM = 0.025
# The kinds of which that is true. A claim with several parts holds by chance less often than one
# with a single part, so that the number expected is an upper bound; that a difference lies inside
# bounds is true, and no chance, where there is no effect.
DIRECTIONAL_KINDS = frozenset(
    {"difference", "threshold", "trend", "time_to", "best_of", "all_of", "order", "rank_among"}
)


def holm(p_values: Sequence[float]) -> list[float]:
    """Holm's step-down adjusted p-values (Holm 1979), in the order of the input, at most 1."""
    p = np.asarray(p_values, float)
    order = np.argsort(p)
    steps = p[order] * (len(p) - np.arange(len(p)))
    adjusted = np.empty_like(p)
    adjusted[order] = np.minimum(np.maximum.accumulate(steps), 1.0)
    return adjusted.tolist()


def expected_by_chance(tested: int) -> float:
    """How many directional claims would hold at most, uncorrected, if there were no effect."""
    return CHANCE_PER_CLAIM * tested
