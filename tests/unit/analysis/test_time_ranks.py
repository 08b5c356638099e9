"""Comparison of arrival times by rank, against a count of all permutations."""

from itertools import combinations
from math import inf

import numpy as np
import pytest
from scipy import stats

from reprise.analysis.statistics.ranks import compare_times, seeds_for_separation


def test_separated_groups_have_the_exact_p() -> None:
    result = compare_times([3, 4, 5], [6, 7, inf])
    assert result.effect == 0.5
    assert result.p == pytest.approx(2 / 20)
    assert compare_times([3, 4, 5, 6], [7, 8, inf, inf]).p == pytest.approx(2 / 70)


def test_censored_runs_are_tied_last() -> None:
    first, second = [4, 6, inf], [5, inf, inf]
    ranks = stats.rankdata([*first, *second])
    sums = np.array([sum(ranks[list(chosen)]) for chosen in combinations(range(6), 3)])
    observed = sum(ranks[:3])
    tails = ((sums <= observed).mean(), (sums >= observed).mean())
    result = compare_times(first, second)
    assert result.p == pytest.approx(min(1, 2 * min(tails)))
    # Of nine pairs the first is earlier in 5 and later in 2, and 2 are tied.
    assert result.effect == pytest.approx((5 + 2 / 2) / 9 - 0.5)
    assert result.low < result.effect < result.high


def test_none_arrives() -> None:
    result = compare_times([inf, inf, inf], [inf, inf, inf])
    assert (result.effect, result.p) == (0, 1)


def test_reversed_groups_give_the_reversed_effect() -> None:
    there, back = compare_times([1, 2, 9], [4, 5, 6]), compare_times([4, 5, 6], [1, 2, 9])
    assert there.effect == pytest.approx(-back.effect)
    assert there.p == pytest.approx(back.p)


def test_four_seeds_can_tell_separated_groups_apart() -> None:
    assert seeds_for_separation() == 4
