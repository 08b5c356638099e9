"""Linear contrasts of group means, with the spread pooled, taken per group (Welch), or paired."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import stats

# Sample variances further apart than this are not pooled.
VARIANCE_RATIO_LIMIT = 4.0


@dataclass(frozen=True)
class PooledSpread:
    """Standard deviation within groups: ``sd`` (unit of the metric), ``df``, number of groups."""

    sd: float
    df: int
    groups: int


@dataclass(frozen=True)
class Estimate:
    """A contrast with its standard error, referred to Student's t with ``df`` degrees of freedom.

    ``sd`` is the standard deviation of one run (of one difference where paired), in the unit of
    the metric; ``variance_ratio`` is that of the largest over the smallest variance in the
    contrast, or of the contrast's over the pooled one where that is larger.
    """

    effect: float
    standard_error: float
    df: float
    sd: float
    method: Literal["pooled", "welch", "paired"]
    variance_ratio: float = 1.0
    groups: int = 1

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided confidence interval at ``level`` (0-1)."""
        half = stats.t.ppf(0.5 + level / 2, self.df) * self.standard_error
        return self.effect - half, self.effect + half

    def p_above(self, bound: float) -> float:
        """One-sided p-value of the null hypothesis that the effect is at most ``bound``."""
        return _upper_tail(self.effect - bound, self.standard_error, self.df)

    def p_below(self, bound: float) -> float:
        """One-sided p-value of the null hypothesis that the effect is at least ``bound``."""
        return _upper_tail(bound - self.effect, self.standard_error, self.df)

    def p_two_sided(self, null: float = 0.0) -> float:
        """Two-sided p-value of the null hypothesis that the effect equals ``null``."""
        return min(1.0, 2 * _upper_tail(abs(self.effect - null), self.standard_error, self.df))


def pooled_spread(samples: Sequence[Sequence[float]]) -> PooledSpread | None:
    """Pool the variance within all groups of two or more runs; None where there is none."""
    repeated = [np.asarray(sample, float) for sample in samples if len(sample) >= 2]
    if not repeated:
        return None
    df = sum(len(sample) - 1 for sample in repeated)
    squares = sum(float(((sample - sample.mean()) ** 2).sum()) for sample in repeated)
    return PooledSpread(sd=sqrt(squares / df), df=df, groups=len(repeated))


def linear_contrast(
    samples: Sequence[Sequence[float]],
    weights: Sequence[float],
    pool: Sequence[Sequence[float]] | None = None,
) -> Estimate:
    """The weighted sum of the group means with its standard error.

    The standard deviation is pooled over ``pool`` (by default the samples themselves). Each
    group's own variance is used instead (Welch 1947, Satterthwaite 1946) where the variances in
    the contrast differ more than fourfold, or where together they exceed the pooled variance more
    than fourfold, because a pool of steadier settings would then understate the error.

    Args:
        samples: runs of each group in the contrast, two or more each.
        weights: one weight per group.
        pool: runs of every group that the standard deviation is pooled over.
    """
    arrays = [np.asarray(sample, float) for sample in samples]
    effect = float(sum(w * a.mean() for w, a in zip(weights, arrays, strict=True)))
    variances = [float(a.var(ddof=1)) for a in arrays]
    ratio = _ratio(max(variances), min(variances))
    own, spread = pooled_spread(arrays), pooled_spread(pool if pool is not None else arrays)
    ratio = max(ratio, _ratio(own.sd**2, spread.sd**2))
    if ratio > VARIANCE_RATIO_LIMIT:
        return _welch(effect, arrays, weights, variances, ratio)
    error = spread.sd * sqrt(sum(w**2 / len(a) for w, a in zip(weights, arrays, strict=True)))
    return Estimate(effect, error, spread.df, spread.sd, "pooled", ratio, spread.groups)


def paired_contrast(values: np.ndarray, weights: Sequence[float]) -> Estimate:
    """The weighted sum formed within each seed, then a one-sample t.

    Args:
        values: seeds x groups, two or more seeds.
        weights: one weight per group.
    """
    differences = np.asarray(values, float) @ np.asarray(weights, float)
    sd = float(differences.std(ddof=1))
    count = len(differences)
    return Estimate(float(differences.mean()), sd / sqrt(count), count - 1, sd, "paired")


def slope_weights(x: Sequence[float]) -> list[float]:
    """Weights whose contrast of means at ``x`` is the slope of ordinary least squares."""
    centred = np.asarray(x, float) - np.mean(x)
    return list(centred / (centred**2).sum())


def _welch(
    effect: float,
    arrays: Sequence[np.ndarray],
    weights: Sequence[float],
    variances: Sequence[float],
    ratio: float,
) -> Estimate:
    terms = [w**2 * v / len(a) for w, v, a in zip(weights, variances, arrays, strict=True)]
    total = sum(terms)
    curvature = sum(term**2 / (len(a) - 1) for term, a in zip(terms, arrays, strict=True))
    df = total**2 / curvature if curvature else float(sum(len(a) - 1 for a in arrays))
    sd = pooled_spread(arrays).sd
    return Estimate(effect, sqrt(total), df, sd, "welch", ratio, len(arrays))


def _ratio(larger: float, smaller: float) -> float:
    if larger == 0:
        return 1.0
    return larger / smaller if smaller else float("inf")


def _upper_tail(distance: float, standard_error: float, df: float) -> float:
    if standard_error == 0:
        # Every run gives the same number: the estimate is exact, and a tie proves nothing.
        return 0.0 if distance > 0 else 1.0
    return float(stats.t.sf(distance / standard_error, df))
