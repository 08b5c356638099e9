"""Sample sizes against the tables of Cohen (1988): two-sided 5 %, power 80 %."""

from math import sqrt

import pytest
from scipy import stats

from reprise.analysis.statistics.contrasts import Estimate
from reprise.analysis.statistics.power import (
    MOST_SEEDS,
    detectable_difference,
    needed_seeds,
)


def two_groups(sd: float, df_per_run: float = 1.0) -> Estimate:
    terms = ((sd**2, df_per_run),) * 2
    return Estimate(0.0, sd, 2.0, sd, "welch", groups=2, terms=terms)


@pytest.mark.parametrize(("effect", "seeds"), [(0.5, 64), (0.8, 26), (1.0, 17), (1.7, 7)])
def test_two_groups_need_the_textbook_number(effect: float, seeds: int) -> None:
    assert needed_seeds([effect], two_groups(1.0)) == seeds
    detectable = detectable_difference(sqrt(2 / seeds), 2 * seeds - 2)
    assert detectable <= effect
    assert detectable_difference(sqrt(2 / (seeds - 1)), 2 * seeds - 4) > effect


@pytest.mark.parametrize("ratio", [x / 10 for x in range(3, 80)])
def test_every_effect_needs_the_seeds_that_the_noncentral_t_says(ratio: float) -> None:
    # scipy gives nan where the noncentrality is near 38, as of 1000 seeds at a ratio of 1.7.
    needed = needed_seeds([ratio], two_groups(1.0))

    def power(seeds: int) -> float:
        df = 2 * seeds - 2
        critical = stats.t.isf(0.025, df)
        return float(stats.nct.sf(critical, df, ratio * sqrt(seeds / 2)))

    assert power(needed) >= 0.799
    assert needed == 2 or power(needed - 1) < 0.801


def test_scales_with_the_spread_and_profits_from_rows_beside() -> None:
    assert needed_seeds([0.1], two_groups(0.2)) == 64
    assert needed_seeds([2.0], two_groups(1.0, 1.21)) <= needed_seeds([2.0], two_groups(1.0))


def test_a_stricter_level_needs_more() -> None:
    assert needed_seeds([1.0], two_groups(1.0), alpha=0.025 / 30) > 30
    error, df = sqrt(2 / 5), 8
    ratio = detectable_difference(error, df, alpha=0.05 / 30) / detectable_difference(error, df)
    assert 1.5 < ratio < 2.5


def test_ends_of_the_range() -> None:
    assert needed_seeds([0.001], two_groups(1.0)) == MOST_SEEDS
    assert needed_seeds([100.0], two_groups(1.0)) == 2
    assert needed_seeds([1.0], two_groups(0.0)) == 2
    assert needed_seeds([0.0], two_groups(1.0)) is None


def test_two_bounds_need_more_than_one() -> None:
    one = needed_seeds([0.5], two_groups(1.0), alpha=0.05)
    assert needed_seeds([0.5, 0.5], two_groups(1.0), alpha=0.05) > one
    assert needed_seeds([0.5, 1.5], two_groups(1.0), alpha=0.05) == one
