"""Linear contrasts of group means with their errors, and paired ones."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np
from scipy import special

from reprise.analysis.statistics.spread import RowVariance, moderated_variances


@dataclass(frozen=True)
class Estimate:
    """A contrast with its standard error, referred to Student's t with ``df`` degrees of freedom.

    Attributes:
        sd: standard deviation of one run (of one difference where paired), the root mean square
            over the groups, in the unit of the metric.
        groups: how many means it compares.
        borrowing: of how many groups the variance is moderated by rows beside.
        terms: per group the variance of its weighted mean if there were one run, and the degrees
            of freedom that a further run adds.
    """

    effect: float
    standard_error: float
    df: float
    sd: float
    method: Literal["welch", "paired"]
    groups: int
    borrowing: int = 0
    terms: tuple[tuple[float, float], ...] = ()

    def interval(self, level: float = 0.95) -> tuple[float, float]:
        """Two-sided confidence interval at ``level`` (0-1)."""
        half = float(special.stdtrit(self.df, 0.5 + level / 2)) * self.standard_error
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

    def with_seeds(self, seeds: int) -> tuple[float, float]:
        """Standard error and degrees of freedom to expect with so many runs a group (2 or more),
        if they vary as much as those at hand."""
        terms = np.array(self.terms)
        errors = terms[:, 0] / seeds
        df = (seeds - 1) * terms[:, 1]
        if not errors.any():
            return 0.0, float(df.sum())
        return sqrt(errors.sum()), float(errors.sum() ** 2 / (errors**2 / df).sum())


def linear_contrast(
    samples: Sequence[Sequence[float]],
    weights: Sequence[float],
    variances: Sequence[RowVariance] | None = None,
) -> Estimate:
    """The weighted sum of the group means, each with its own variance.

    The degrees of freedom are those of Welch (1947), (Σ t)² / Σ (t² / (d + 2)) - 2 with t the
    variance of a weighted mean and d its degrees of freedom, but at least the smallest d and at
    most all d together. Satterthwaite's (1946) are too few where there are three runs a group.

    Args:
        samples: runs of each group in the contrast, two or more each.
        weights: one weight per group.
        variances: of each group, by default its own (see ``moderated_variances``).
    """
    arrays = [np.asarray(sample, float) for sample in samples]
    effect = float(sum(w * a.mean() for w, a in zip(weights, arrays, strict=True)))
    variances = moderated_variances(arrays) if variances is None else variances
    one_run = [w**2 * v.value for w, v in zip(weights, variances, strict=True)]
    terms = [t / len(a) for t, a in zip(one_run, arrays, strict=True)]
    df = welch_df(terms, [v.df for v in variances])
    sd = sqrt(float(np.mean([v.value for v in variances])))
    per_run = [v.df / (len(a) - 1) for v, a in zip(variances, arrays, strict=True)]
    return Estimate(
        effect,
        sqrt(sum(terms)),
        df,
        sd,
        "welch",
        groups=len(arrays),
        borrowing=sum(v.borrows for v in variances),
        terms=tuple(zip(one_run, per_run, strict=True)),
    )


def paired_contrast(values: np.ndarray, weights: Sequence[float]) -> Estimate:
    """The weighted sum formed within each seed, then a one-sample t.

    Args:
        values: seeds x groups, two or more seeds.
        weights: one weight per group.
    """
    differences = np.asarray(values, float) @ np.asarray(weights, float)
    variance = float(differences.var(ddof=1))
    count = len(differences)
    return Estimate(
        float(differences.mean()),
        sqrt(variance / count),
        count - 1,
        sqrt(variance),
        "paired",
        groups=1,
        terms=((variance, 1.0),),
    )


def slope_weights(x: Sequence[float]) -> list[float]:
    """Weights whose contrast of means at ``x`` is the slope of ordinary least squares."""
    centred = np.asarray(x, float) - np.mean(x)
    return list(centred / (centred**2).sum())


def welch_df(terms: Sequence[float], df: Sequence[float]) -> float:
    """Degrees of freedom of a sum of variances (Welch 1947), from those of each."""
    total = sum(terms)
    held = [d for t, d in zip(terms, df, strict=True) if t > 0]
    if not held:
        return float(sum(df))
    curvature = sum(t**2 / (d + 2) for t, d in zip(terms, df, strict=True))
    return float(min(max(total**2 / curvature - 2, min(held)), sum(held)))


def _upper_tail(distance: float, standard_error: float, df: float) -> float:
    if standard_error == 0:
        # Every run gives the same number: the estimate is exact, and a tie proves nothing.
        return 0.0 if distance > 0 else 1.0
    return float(special.stdtr(df, -distance / standard_error))
