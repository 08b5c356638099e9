"""Two one-sided tests against scipy."""

import numpy as np
import pytest
from scipy import stats

from reprise.analysis.statistics.contrasts import linear_contrast
from reprise.analysis.statistics.equivalence import bounds_test

FIRST = np.array([93.1, 93.4, 92.9, 93.6, 93.2])
SECOND = FIRST[::-1] - 0.2


def test_inside_is_the_larger_of_two_one_sided_p_values() -> None:
    above = stats.ttest_ind(FIRST + 0.5, SECOND, alternative="greater").pvalue
    below = stats.ttest_ind(FIRST - 0.5, SECOND, alternative="less").pvalue
    test = bounds_test(linear_contrast([FIRST, SECOND], [1, -1]), -0.5, 0.5)
    assert test.inside == pytest.approx(max(above, below))


def test_outside_refers_to_the_nearer_bound() -> None:
    expected = stats.ttest_ind(FIRST + 2 - 0.5, SECOND, alternative="greater").pvalue
    test = bounds_test(linear_contrast([FIRST + 2, SECOND], [1, -1]), -0.5, 0.5)
    assert test.outside == pytest.approx(expected)
    assert test.inside > 0.5


def test_inside_at_five_percent_means_the_ninety_percent_interval_is_inside() -> None:
    estimate = linear_contrast([FIRST, SECOND], [1, -1])
    _, high = estimate.interval(0.90)
    assert bounds_test(estimate, None, high).inside == pytest.approx(0.05)
