"""Claims about how alike two orders of the same settings are."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from reprise.analysis.claims.registry import kinds
from reprise.analysis.claims.result import ClaimResult, Outcome, missing, side
from reprise.analysis.claims.spreads import lacking_of
from reprise.analysis.selection import Sample, claim_name, required, samples_of
from reprise.analysis.statistics.settings import rank_correlation as correlation_of_ranks
from reprise.analysis.statistics.settings import reliability, spearman
from reprise.analysis.tables import Tables
from reprise.errors import InputError

# Below this share of true differences between settings, noise lowers a correlation too much
# (benchmarks/verdicts.py).
RELIABLE = 0.95


@kinds.register(
    "rank_correlation",
    needs=[["subject", "other", "above"], ["subject", "other", "below"]],
    takes=[],
)
def rank_correlation(claim: Mapping[str, Any], tables: Tables) -> ClaimResult:
    """Spearman's correlation of two orders of settings is ``above`` or ``below`` a value.

    Rows of ``subject`` and ``other`` are matched by the axes that both artefacts have. The effect
    is the distance of the correlation from the value. Noise between runs lowers a correlation: a
    claim of ``below`` stays undecided as long as noise makes more than a twentieth of the
    differences between the settings.

    Raises:
        InputError: the rows of the two selections do not match one to one.
    """
    subject = samples_of(claim, required(claim, "subject"), tables)
    other = samples_of(claim, required(claim, "other"), tables)
    pairs = _matched(claim, subject, other)
    if reason := lacking_of([*subject, *other]):
        return missing(reason)
    sign = 1 if "above" in claim else -1
    null = float(claim["above"] if sign > 0 else required(claim, "below"))
    sides = [[list(sample.values.values()) for sample in group] for group in pairs]
    n = min(len(values) for group in sides for values in group)
    means = [np.array([[np.mean(values) for values in group]]) for group in sides]
    effect = float(spearman(*means)[0]) - null
    support = sign * effect
    known = {"n": n, "effect": effect, "support": support, "holds": side(support)}
    known["reported_effect"] = _reported(pairs, null)
    if n < 2:
        return ClaimResult(Outcome.ONE_SEED, "1 seed: no interval", **known)
    share = min(map(reliability, sides))
    if sign < 0 and share < RELIABLE:
        basis = (
            f"noise between runs makes {1 - share:.0%} of the differences between the settings, "
            "and would lower any correlation: more seeds are needed"
        )
        return ClaimResult(Outcome.UNTESTABLE, basis, **known)
    result = correlation_of_ranks(*sides, null)
    basis = f"draws of the true means of {len(pairs[0])} settings, given the runs"
    low, high = result.low - null, result.high - null
    return ClaimResult(Outcome.TESTED, basis, p=result.p, ci_low=low, ci_high=high, **known)


def _reported(pairs: Sequence[Sequence[Sample]], null: float) -> float | None:
    numbers = [[sample.reported for sample in group] for group in pairs]
    if any(None in group for group in numbers):
        return None
    return float(spearman(*(np.array([group]) for group in numbers))[0]) - null


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
