"""Claims about how alike two orders of the same settings are."""

from collections.abc import Sequence

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, judges, missing, side
from reprise.analysis.claims.spreads import lacking_of
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.statistics.settings import rank_correlation as correlation_of_ranks
from reprise.analysis.statistics.settings import reliability, spearman
from reprise.analysis.tables import Tables
from reprise.studies.claims.orders import RankCorrelation

# Below this share of true differences between settings, noise lowers a correlation too much
# (benchmarks/verdicts.py).
RELIABLE = 0.95


@judges.register("rank_correlation")
def rank_correlation(rule: RankCorrelation, tables: Tables) -> ClaimResult:
    """The rank correlation of two orders of the same settings lies above or below a value."""
    subject, other = samples_of(rule.subject, tables), samples_of(rule.other, tables)
    if reason := lacking_of([*subject, *other]):
        return missing(reason)
    sign, null, pairs = rule.sign, float(rule.value), (subject, other)
    sides = [[list(sample.values.values()) for sample in group] for group in pairs]
    n = min(len(values) for group in sides for values in group)
    means = [np.array([[np.mean(values) for values in group]]) for group in sides]
    effect = float(spearman(*means)[0]) - null
    support = sign * effect
    numbers = {"n": n, "effect": effect, "support": support, "holds": side(support)}
    numbers["reported_effect"] = _reported(pairs, null)
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", **numbers)
    share = min(map(reliability, sides))
    if sign < 0 and share < RELIABLE:
        basis = (
            f"noise between runs makes {1 - share:.0%} of the differences between the settings, "
            "and would lower any correlation: more seeds are needed"
        )
        return ClaimResult(Outcome.UNTESTABLE, basis, **numbers)
    result = correlation_of_ranks(*sides, null)
    basis = f"draws of the true means of {len(pairs[0])} settings, given the runs"
    low, high = result.low - null, result.high - null
    return ClaimResult(Outcome.TESTED, basis, p=result.p, ci_low=low, ci_high=high, **numbers)


def _reported(pairs: Sequence[Sequence[Sample]], null: float) -> float | None:
    numbers = [[sample.reported for sample in group] for group in pairs]
    if any(None in group for group in numbers):
        return None
    return float(spearman(*(np.array([group]) for group in numbers))[0]) - null
