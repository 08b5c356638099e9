"""Claims about how alike two orders of the same settings are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from scipy import stats

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult
from reprise.analysis.claims.spreads import resampled
from reprise.analysis.selection import Sample, claim_name, required, samples_of
from reprise.analysis.tables import Tables
from reprise.errors import InputError


@kinds.register(
    "rank_correlation",
    needs=[["subject", "other", "above"], ["subject", "other", "below"]],
    takes=[],
)
def rank_correlation(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Spearman's correlation of two orders of settings is ``above`` or ``below`` a value.

    Rows of ``subject`` and ``other`` are matched by the axes that both artefacts have. The effect
    is the distance of the correlation from the value. Noise between runs lowers a correlation, in
    the bootstrap once more than in the runs: a claim of ``below`` needs several seeds.

    Raises:
        InputError: the rows of the two selections do not match one to one.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    other = samples_of(claim, required(claim, "other"), tables)
    pairs = _matched(claim, subject, other)
    sign = 1 if "above" in claim else -1
    null = float(claim["above"] if sign > 0 else required(claim, "below"))

    return resampled([*pairs[0], *pairs[1]], _correlation, sign, null)


def _correlation(means: np.ndarray) -> np.ndarray:
    """Spearman's correlation of the first and second half of each row; 0 where all are tied."""
    halves = np.split(means, 2, axis=-1)
    first, second = (stats.rankdata(half, axis=-1) for half in halves)
    first = first - first.mean(axis=-1, keepdims=True)
    second = second - second.mean(axis=-1, keepdims=True)
    scale = np.sqrt((first**2).sum(axis=-1) * (second**2).sum(axis=-1))
    product = (first * second).sum(axis=-1)
    return np.divide(product, scale, out=np.zeros_like(product), where=scale > 0)


def _matched(
    claim: Mapping[str, Any], subject: Sequence[Sample], other: Sequence[Sample]
) -> tuple[list[Sample], list[Sample]]:
    """Both selections in the same order of settings."""
    shared = [axis for axis in subject[0].row.axes if axis in other[0].row.axes]
    varied = [
        axis
        for axis in shared
        if len({s.row.axes[axis] for s in subject}) > 1
        or len({s.row.axes[axis] for s in other}) > 1
    ]
    first, second = (
        {tuple(sample.row.axes[axis] for axis in varied): sample for sample in samples}
        for samples in (subject, other)
    )
    if first.keys() != second.keys() or len(first) < max(len(subject), len(other), 3):
        raise InputError(
            f"the claim {claim_name(claim)} of kind 'rank_correlation' should select the same "
            f"three or more settings on both sides, but selects {len(subject)} and {len(other)} "
            f"that do not match one to one by {', '.join(varied) or 'any axis'}"
        )
    return list(first.values()), [second[key] for key in first]
