"""How many claims would hold by chance."""

# A two-sided test at 5 % finds an effect in the claimed direction this often where there is none.
CHANCE_PER_CLAIM = 0.025
# The kinds of which that is true. A claim with several parts holds by chance less often than one
# with a single part, so that the number expected is an upper bound; that a difference lies inside
# bounds is true, and no chance, where there is no effect.
DIRECTIONAL_KINDS = frozenset(
    {"difference", "threshold", "trend", "time_to", "best_of", "all_of", "order", "rank_among"}
)


def expected_by_chance(tested: int) -> float:
    """How many directional claims would hold at most, uncorrected, if there were no effect."""
    return CHANCE_PER_CLAIM * tested
