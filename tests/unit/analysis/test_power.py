"""Sample sizes against the tables of Cohen (1988): two-sided 5 %, power 80 %."""

import pytest

from reprise.analysis.statistics.power import (
    MOST_SEEDS,
    detectable_difference,
    needed_seeds,
)


@pytest.mark.parametrize(("effect", "seeds"), [(0.5, 64), (0.8, 26), (1.0, 17)])
def test_two_groups_need_the_textbook_number(effect: float, seeds: int) -> None:
    assert needed_seeds([effect], 1.0, [1, -1], groups=2) == seeds
    detectable = detectable_difference((2 / seeds) ** 0.5, 2 * seeds - 2)
    assert detectable <= effect
    assert detectable_difference((2 / (seeds - 1)) ** 0.5, 2 * seeds - 4) > effect


def test_scales_with_the_spread_and_profits_from_pooling() -> None:
    assert needed_seeds([0.1], 0.2, [1, -1], groups=2) == 64
    assert needed_seeds([2.0], 1.0, [1, -1], 15) < needed_seeds([2.0], 1.0, [1, -1], 2)


def test_ends_of_the_range() -> None:
    assert needed_seeds([0.001], 1.0, [1, -1], 2) == MOST_SEEDS
    assert needed_seeds([100.0], 1.0, [1, -1], 2) == 2
    assert needed_seeds([1.0], 0.0, [1, -1], 2) == 2
    assert needed_seeds([0.0], 1.0, [1, -1], 2) is None


def test_two_bounds_need_more_than_one() -> None:
    one = needed_seeds([0.5], 1.0, [1, -1], 2, alpha=0.05)
    assert needed_seeds([0.5, 0.5], 1.0, [1, -1], 2, alpha=0.05) > one
    assert needed_seeds([0.5, 1.5], 1.0, [1, -1], 2, alpha=0.05) == one
