"""Bootstrap over seeds, for statistics of group means that have no formula."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import sqrt

import numpy as np

RESAMPLES = 9999


@dataclass(frozen=True)
class BootstrapResult:
    """95 % percentile interval and two-sided p-value that the statistic equals the null."""

    low: float
    high: float
    p: float


def bootstrap_means(
    samples: Sequence[Sequence[float]],
    statistic: Callable[[np.ndarray], np.ndarray],
    null: float = 0.0,
    seed: int = 0,
) -> BootstrapResult:
    """Resample the runs within each group and see how a statistic of the means varies.

    Deviations from a group's mean are stretched by sqrt(n / (n - 1)), without which a bootstrap
    of few runs understates their spread (Davison and Hinkley 1997, section 2.2).

    Args:
        samples: runs of each group, two or more each.
        statistic: maps means (resamples x groups) to one number a resample.
        null: value that the p-value refers to.
    """
    rng = np.random.default_rng(seed)
    means = np.stack([_resampled_means(np.asarray(s, float), rng) for s in samples], axis=1)
    values = statistic(means)
    low, high = np.quantile(values, [0.025, 0.975])
    fewer = min((values <= null).sum(), (values >= null).sum())
    p = min(1.0, 2 * (fewer + 1) / (RESAMPLES + 1))
    return BootstrapResult(float(low), float(high), float(p))


def _resampled_means(sample: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    n = len(sample)
    deviations = (sample - sample.mean()) * sqrt(n / (n - 1))
    return sample.mean() + rng.choice(deviations, (RESAMPLES, n)).mean(axis=1)
