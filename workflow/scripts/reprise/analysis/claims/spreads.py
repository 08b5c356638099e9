"""How much a metric varies over settings: a difference of standard deviations of means."""

from collections.abc import Sequence

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.selection import Sample, samples_of
from reprise.analysis.statistics.settings import compare_spreads
from reprise.analysis.tables import Tables
from reprise.studies.claims.contrasts import Difference


def difference_of_spreads(rule: Difference, tables: Tables) -> ClaimResult:
    """Is the standard deviation over the subject's true means above that over the other's."""
    subject, other = (samples_of(term.selections, tables) for term in rule.terms)
    sign = rule.sign
    samples = [*subject, *other]
    if reason := lacking_of(samples):
        return missing(reason)
    sides = [[list(sample.values.values()) for sample in group] for group in (subject, other)]
    n = min(len(values) for group in sides for values in group)
    numbers = {"n": n, "reported_effect": _reported(subject, other)}
    if n < 2:
        spreads = [_spread([np.mean(values) for values in group]) for group in sides]
        effect = spreads[0] - spreads[1]
        support = sign * effect
        return ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", holds=side(support),
                           support=support, effect=effect, **numbers)  # fmt: skip
    result = compare_spreads(*sides)
    support = sign * result.effect
    return ClaimResult(
        Outcome.TESTED,
        f"spread of {len(samples)} settings, the noise between runs taken off",
        holds=side(support),
        p=result.p,
        effect=result.effect,
        ci_low=result.low,
        ci_high=result.high,
        support=support,
        **numbers,
    )


def lacking_of(samples: Sequence[Sample]) -> str | None:
    """Why one of some samples has no value, as a clause; None where all have one."""
    return next((sample.lacking for sample in samples if sample.lacking), None)


def _reported(subject: Sequence[Sample], other: Sequence[Sample]) -> float | None:
    numbers = [[sample.reported for sample in group] for group in (subject, other)]
    if any(None in group for group in numbers):
        return None
    return _spread(numbers[0]) - _spread(numbers[1])


def _spread(means: Sequence[float]) -> float:
    return float(np.std(means, ddof=1))
