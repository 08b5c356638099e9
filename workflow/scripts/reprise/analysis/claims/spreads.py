"""How much a metric varies over settings: a difference of standard deviations of means."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.selection import Sample, claim_name, required, samples_of
from reprise.analysis.statistics.resampling import bootstrap_means
from reprise.analysis.tables import Tables
from reprise.errors import InputError


def difference_of_spreads(claim: Mapping[str, Any], tables: Tables, sign: int) -> ClaimResult:
    """Is the standard deviation over the subject's means above (sign 1) that over the other's.

    Interval and p-value are from a bootstrap over the runs of each row.

    Raises:
        InputError: a selection has one row, which has no spread.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    other = samples_of(claim, required(claim, "other"), tables)
    if min(len(subject), len(other)) < 2:
        raise InputError(
            f"the claim {claim_name(claim)} compares spreads over settings and should select two "
            "rows or more on each side, but selects one: widen its subject or other"
        )
    samples = [*subject, *other]

    def spread_difference(means: np.ndarray) -> np.ndarray:
        first, second = np.split(means, [len(subject)], axis=-1)
        return first.std(axis=-1, ddof=1) - second.std(axis=-1, ddof=1)

    return resampled(samples, spread_difference, sign)


def resampled(
    samples: Sequence[Sample], statistic: Any, sign: int, null: float = 0.0
) -> ClaimResult:
    """Is a statistic of means (resamples x groups) above ``null`` (sign 1) or below it."""
    reason = next((sample.lacking for sample in samples if sample.lacking), None)
    if reason:
        return missing(reason)
    values = [list(sample.values.values()) for sample in samples]
    effect = float(statistic(np.array([[np.mean(v) for v in values]]))[0]) - null
    numbers = [sample.reported for sample in samples]
    reported = None if None in numbers else float(statistic(np.array([numbers]))[0]) - null
    support = sign * effect
    known = {
        "holds": side(support),
        "support": support,
        "effect": effect,
        "n": min(map(len, values)),
        "reported_effect": reported,
    }
    if known["n"] < 2:
        return ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", **known)
    result = bootstrap_means(values, statistic, null)
    basis = f"bootstrap over the runs of {len(samples)} settings"
    low, high = result.low - null, result.high - null
    return ClaimResult(Outcome.TESTED, basis, p=result.p, ci_low=low, ci_high=high, **known)
