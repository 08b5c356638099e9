"""How settings differ from one another once the noise between runs is taken off."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np
import scipy  # loads scipy.stats, which takes a second, where it is first asked for
from scipy import special

from reprise.analysis.statistics.contrasts import welch_df
from reprise.analysis.statistics.spread import moderated_variances

DRAWS = 9999
Samples = Sequence[Sequence[float]]


@dataclass(frozen=True)
class Tested:
    """A statistic of the means of settings with its 95 % interval and the two-sided p-value that
    it equals the null."""

    effect: float
    low: float
    high: float
    p: float


def compare_spreads(first: Samples, second: Samples) -> Tested:
    """The standard deviation over the true means of some settings minus that of others.

    The variance between runs, which widens the spread of means, is taken off each. The difference
    of the two variances is referred to Student's t: its error is that of the squared distances of
    the means from their own mean (delta method) plus twice that of the noise's own square, with
    degrees of freedom as of Welch. Interval and effect are those of the difference of
    variances, divided by the sum of the standard deviations.

    Args:
        first, second: runs of each setting, two settings or more and two runs or more each.
    """
    sides = [_true_variance(side) for side in (first, second)]
    difference = sides[0].value - sides[1].value
    deviations = sqrt(max(sides[0].value, 0.0)) + sqrt(max(sides[1].value, 0.0))
    error = sqrt(sum(sides[0].terms) + sum(sides[1].terms) + sides[0].rest + sides[1].rest)
    df = welch_df([*sides[0].terms, *sides[1].terms], [*sides[0].df, *sides[1].df])
    if not deviations or not error:
        exact = difference / deviations if deviations else 0.0
        return Tested(exact, exact, exact, 0.0 if exact else 1.0)
    half = float(special.stdtrit(df, 0.975)) * error
    p = 2 * float(special.stdtr(df, -abs(difference) / error))
    low, high = difference - half, difference + half
    return Tested(difference / deviations, low / deviations, high / deviations, p)


@dataclass(frozen=True)
class _TrueVariance:
    """Variance over true means, and of its error: one term a setting with its degrees of freedom,
    and the rest."""

    value: float
    terms: list[float]
    df: list[float]
    rest: float


def _true_variance(samples: Samples) -> _TrueVariance:
    variances = moderated_variances(samples)
    means = np.array([np.mean(sample) for sample in samples])
    noise = np.array([v.value / len(s) for v, s in zip(variances, samples, strict=True)])
    free = len(means) - 1
    distances = means - means.mean()
    value = float((distances**2).sum() / free - noise.mean())
    terms = (2 * distances / free) ** 2 * noise
    # Twice the variance of the noise's own square, since the noise is known from few runs.
    rest = 4 * float(noise.mean()) ** 2 / free
    return _TrueVariance(value, terms.tolist(), [v.df for v in variances], rest)


def reliability(samples: Samples) -> float:
    """The share (0-1) of the variance over means that the settings have, not the noise."""
    means = np.array([np.mean(sample) for sample in samples])
    spread = float(means.var(ddof=1))
    return max(0.0, _true_variance(samples).value) / spread if spread else 0.0


def rank_correlation(first: Samples, second: Samples, null: float, seed: int = 0) -> Tested:
    """Spearman's correlation of two orders of the same settings.

    Interval and p-value are from draws of the true means, given the runs: each mean, shrunk towards
    that of all by its reliability, with Student's t of its own degrees of freedom.

    Args:
        first, second: runs of each setting, in the same order, two or more each.
        null: value that the p-value refers to.
    """
    rng = np.random.default_rng(seed)
    observed = [np.array([[np.mean(sample) for sample in side]]) for side in (first, second)]
    drawn = [_drawn_means(side, rng) for side in (first, second)]
    correlations = spearman(*drawn)
    fewer = min((correlations <= null).sum(), (correlations >= null).sum())
    low, high = np.quantile(correlations, [0.025, 0.975])
    p = min(1.0, 2 * (int(fewer) + 1) / (DRAWS + 1))
    return Tested(float(spearman(*observed)[0]), float(low), float(high), p)


def _drawn_means(samples: Samples, rng: np.random.Generator) -> np.ndarray:
    """Draws x settings."""
    variances = moderated_variances(samples)
    means = np.array([np.mean(sample) for sample in samples])
    noise = np.array([v.value / len(s) for v, s in zip(variances, samples, strict=True)])
    true = max(0.0, _true_variance(samples).value)
    kept = np.divide(true, true + noise, out=np.ones_like(noise), where=true + noise > 0)
    df = np.array([v.df for v in variances])
    scale = np.sqrt(kept * noise * df / rng.chisquare(df, (DRAWS, len(df))))
    centre = means.mean() + kept * (means - means.mean())
    return centre + scale * rng.standard_normal((DRAWS, len(df)))


def spearman(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Of each row of two arrays (draws x settings); 0 where all are tied."""
    first, second = (scipy.stats.rankdata(values, axis=-1) for values in (first, second))
    first = first - first.mean(axis=-1, keepdims=True)
    second = second - second.mean(axis=-1, keepdims=True)
    scale = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    product = (first * second).sum(axis=-1)
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)
