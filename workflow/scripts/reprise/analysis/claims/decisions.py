"""From a comparison to a result: on which side of a bound, or within which bounds, it lies."""

from collections.abc import Sequence
from math import exp
from typing import Any

from reprise.analysis.claims.comparison import Comparison
from reprise.analysis.claims.result import SIGNIFICANCE, ClaimResult, Outcome, missing, side
from reprise.analysis.statistics.contrasts import Estimate
from reprise.analysis.statistics.equivalence import bounds_test
from reprise.analysis.statistics.power import detectable_difference


def directional(comparison: Comparison, sign: int, null: float = 0.0) -> ClaimResult:
    """Is the effect above ``null`` (sign 1) or below it (sign -1); two-sided."""
    if comparison.lacking:
        return missing(comparison.lacking)
    reported = comparison.reported
    result = {
        "support": sign * (comparison.effect - null),
        "effect": comparison.effect - null,
        "reported_effect": None if reported is None else reported - null,
    }
    estimate = comparison.estimate
    if estimate is None:
        return _one_seed(comparison, result)
    low, high = estimate.interval(0.95)
    distance = [] if reported is None else [abs(reported - null)]
    result |= {"ci_low": low - null, "ci_high": high - null, "p": estimate.p_two_sided(null)}
    return _tested(comparison, result, distance, 0.5, describe(estimate))


def bounded(
    comparison: Comparison, low: float | None, high: float | None, level: float
) -> ClaimResult:
    """Does the interval of confidence ``level`` lie within the bounds, or the 95 % one outside."""
    if comparison.lacking:
        return missing(comparison.lacking)
    low, high = (None if b is None else comparison.scaled([b])[0] for b in (low, high))
    reported = comparison.reported
    result = {
        "support": min(_distances(comparison.effect, low, high)),
        "effect": comparison.effect,
        "reported_effect": reported,
    }
    estimate = comparison.estimate
    if estimate is None:
        return _one_seed(comparison, result)
    test = bounds_test(estimate, low, high)
    tail = (1 - level) / 2
    inside = min(1.0, test.inside * 0.05 / tail)
    p = inside if result["support"] > 0 else min(1.0, 2 * test.outside)
    ci_low, ci_high = estimate.interval(level)
    result |= {"ci_low": ci_low, "ci_high": ci_high, "p": p}
    distances = [] if reported is None else _distances(reported, low, high)
    basis = describe(estimate) + ("" if level == 0.95 else f"; {100 * level:.0f} % interval")
    return _tested(comparison, result, distances, tail / SIGNIFICANCE, basis)


def describe(estimate: Estimate) -> str:
    """What the standard error rests on, as one clause."""
    df = f"{round(estimate.df, 1):.12g} degrees of freedom"
    if estimate.method == "paired":
        return f"paired by seed: sd of the differences {estimate.sd:.2g} ({df})"
    own = estimate.groups - estimate.borrowing
    borrowed = "; moderated by the rows beside" if not own else ""
    if own and estimate.borrowing:
        borrowed = f"; {estimate.borrowing} of {estimate.groups} moderated by the rows beside"
    return f"sd {estimate.sd:.2g} ({df}){borrowed}"


def _distances(effect: float, low: float | None, high: float | None) -> list[float]:
    """How far inside of each bound an effect lies."""
    below = [] if low is None else [effect - low]
    return below + ([] if high is None else [high - effect])


def _one_seed(comparison: Comparison, result: dict[str, Any]) -> ClaimResult:
    if comparison.exact:
        return _finish(comparison, Outcome.EXACT, {**result, "basis": "exact: no interval"})
    everywhere = all(len(values) == 1 for values in comparison.values)
    basis = f"1 seed{'' if everywhere else ' in a group'}: no interval"
    return _finish(comparison, Outcome.ONE_SEED, {**result, "basis": basis})


def _tested(
    comparison: Comparison,
    result: dict[str, Any],
    distances: Sequence[float],
    tail: float,
    basis: str,
) -> ClaimResult:
    """``tail``: the share of a verdict's level that each one-sided test has."""
    estimate = comparison.estimate

    def needs(level: float) -> int | None:
        return comparison.needed(distances, tail * level) if distances else None

    def finds(level: float) -> float:
        difference = detectable_difference(estimate.standard_error, estimate.df, alpha=level)
        return exp(difference) if comparison.ratio else difference

    result = {**result, "needs": needs, "finds": finds, "basis": basis}
    return _finish(comparison, Outcome.TESTED, result)


def _finish(comparison: Comparison, outcome: Outcome, result: dict[str, Any]) -> ClaimResult:
    """Turn logarithms back into factors."""
    factors = ("effect", "ci_low", "ci_high", "reported_effect")
    if comparison.ratio:
        result = result | {key: exp(result[key]) for key in factors if result.get(key) is not None}
    return ClaimResult(outcome, holds=side(result["support"]), n=comparison.n, **result)
