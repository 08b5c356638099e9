"""Does an effect lie inside given bounds, or outside of them."""

from dataclasses import dataclass

from reprise.analysis.statistics.contrasts import Estimate


@dataclass(frozen=True)
class BoundsTest:
    """One-sided p-values, not yet doubled.

    ``inside`` is small where the effect lies above ``low`` and below ``high`` (two one-sided
    tests, Schuirmann 1987); ``outside`` is small where it lies beyond the nearer bound.
    """

    inside: float
    outside: float


def bounds_test(estimate: Estimate, low: float | None, high: float | None) -> BoundsTest:
    """Test an effect against ``low`` and ``high``; a bound that is None does not exist."""
    inside, outside = [], []
    if low is not None:
        inside.append(estimate.p_above(low))
        outside.append(estimate.p_below(low))
    if high is not None:
        inside.append(estimate.p_below(high))
        outside.append(estimate.p_above(high))
    return BoundsTest(max(inside), min(outside))
