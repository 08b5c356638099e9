"""The variance from run to run of each row, with a little strength borrowed from rows like it."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

# What the rows beside count for, as a share of a row's own degrees of freedom. A tenth is what
# keeps false positives at 7 % where the compared rows are twice as noisy as those beside
# (benchmarks/verdicts.py).
BORROWED = 0.1
# A row is unlike the others if rows like them vary as it does in at most this share of cases.
UNLIKE = 0.01
# Fewer rows beside than this say nothing of how much rows vary.
FEWEST_BESIDE = 2
PASSES = 5


@dataclass(frozen=True)
class RowVariance:
    """``value``: of one run, in the unit of the metric squared; ``df``: its degrees of freedom.

    ``runs`` is how many it was estimated from, ``borrows`` whether rows beside count in it.
    """

    value: float
    df: float
    runs: int
    borrows: bool = False


def moderated_variances(
    samples: Sequence[Sequence[float]],
    beside: Sequence[Sequence[float]] = (),
    least: float = 0.0,
) -> list[RowVariance]:
    """The variance of each sample, moderated by those of the rows beside (Smyth 2004).

    (d0 s0² + d s²) / (d0 + d), with the sample's own variance s² of d degrees of freedom and the
    common one s0² of the rows beside. d0 is a tenth of d: a fit of d0 to few rows would trust the
    rows beside too much where the compared ones are noisier. A row counts beside, and borrows,
    only where it is like the others: rows whose variance an F test at 1 % finds too large do not,
    and none borrows where all compared rows together are noisier or steadier than those beside.

    Args:
        samples: runs of each row that is compared, two or more each.
        beside: runs of other rows of the same kind; those of one run are left out.
        least: smallest variance that a row can have, as that of a rounded number.
    """
    own = [_variance(sample, least) for sample in samples]
    rest = [_variance(sample, least) for sample in beside if len(sample) > 1]
    alike = _alike([*own, *rest])
    kept = [v for v, like in zip(rest, alike[len(own) :], strict=True) if like]
    borrowing = [v for v, like in zip(own, alike, strict=False) if like]
    if len(kept) < FEWEST_BESIDE or not borrowing or not _same_size(borrowing, kept):
        return own
    common = _pooled(kept)
    return [_moderated(v, common) if like else v for v, like in zip(own, alike, strict=False)]


def _moderated(variance: RowVariance, common: RowVariance) -> RowVariance:
    own = variance.df
    prior = BORROWED * own
    value = (prior * common.value + own * variance.value) / (prior + own)
    # The common variance is known well, so only the row's own part varies (Satterthwaite).
    return RowVariance(value, (prior + own) ** 2 / own, variance.runs, borrows=True)


def _alike(variances: Sequence[RowVariance]) -> list[bool]:
    """Which rows vary no more than the bulk of them, beginning with their median."""
    values = np.array([v.value for v in variances])
    df = np.array([v.df for v in variances])
    common = float(np.median(values * df / special.chdtri(df, 0.5)))
    limits = special.fdtri(df, np.maximum(df.sum() - df, 1), 1 - UNLIKE)
    alike = np.ones(len(values), bool)
    for _ in range(PASSES):
        alike = values <= limits * common
        if alike.any():
            common = float((values * df)[alike].sum() / df[alike].sum())
    return alike.tolist()


def _same_size(first: Sequence[RowVariance], second: Sequence[RowVariance]) -> bool:
    """Whether two groups of rows vary as much, by an F test."""
    one, two = _pooled(first), _pooled(second)
    if min(one.value, two.value) == 0:
        return one.value == two.value
    ratio = one.value / two.value
    tails = special.fdtrc(one.df, two.df, ratio), special.fdtr(one.df, two.df, ratio)
    return 2 * min(tails) > UNLIKE


def _pooled(variances: Sequence[RowVariance]) -> RowVariance:
    df = sum(v.df for v in variances)
    value = sum(v.df * v.value for v in variances) / df
    return RowVariance(value, df, sum(v.runs for v in variances))


def _variance(sample: Sequence[float], least: float) -> RowVariance:
    values = np.asarray(sample, float)
    return RowVariance(max(float(values.var(ddof=1)), least), len(values) - 1, len(values))
