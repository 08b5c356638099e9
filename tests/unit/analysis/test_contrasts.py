"""Contrasts of means against scipy's t-tests and regression."""

import numpy as np
import pytest
from scipy import stats

from reprise.analysis.statistics.contrasts import (
    linear_contrast,
    paired_contrast,
    slope_weights,
    welch_df,
)
from reprise.analysis.statistics.spread import RowVariance

FIRST = [93.1, 93.4, 92.9, 93.6, 93.2]
SECOND = [92.8, 93.3, 92.5, 92.9]
NOISY = [80.0, 95.0, 70.0, 99.0]


def test_two_groups_alike_agree_with_the_t_test_of_student() -> None:
    second = [value - 0.3 for value in FIRST]
    expected = stats.ttest_ind(FIRST, second)
    estimate = linear_contrast([FIRST, second], [1, -1])
    assert (estimate.df, estimate.p_two_sided()) == pytest.approx((8, expected.pvalue))
    interval = expected.confidence_interval(0.95)
    assert estimate.interval(0.95) == pytest.approx((interval.low, interval.high))


def test_two_groups_unlike_agree_with_the_t_test_of_welch_but_for_its_degrees() -> None:
    expected = stats.ttest_ind(FIRST, NOISY, equal_var=False)
    estimate = linear_contrast([FIRST, NOISY], [1, -1])
    assert estimate.effect / estimate.standard_error == pytest.approx(expected.statistic)
    assert 3 <= estimate.df <= expected.df + 0.01


def test_the_error_is_that_of_the_variances_given() -> None:
    variances = [RowVariance(0.5, 3.0, 5), RowVariance(0.2, 6.0, 4)]
    estimate = linear_contrast([FIRST, SECOND], [1, -1], variances)
    terms = [0.5 / 5, 0.2 / 4]
    assert estimate.standard_error == pytest.approx(np.sqrt(sum(terms)))
    welch = sum(terms) ** 2 / (terms[0] ** 2 / 5 + terms[1] ** 2 / 8) - 2
    assert estimate.df == pytest.approx(welch)
    assert estimate.sd == pytest.approx(np.sqrt(0.35))


def test_degrees_of_freedom_lie_between_those_of_one_group_and_of_all() -> None:
    assert welch_df([1.0, 1.0], [2, 2]) == 4
    assert welch_df([1.0, 1e-9], [2, 2]) == pytest.approx(2)
    assert welch_df([1.0, 0.0], [2, 9]) == 2
    assert welch_df([0.0, 0.0], [2, 9]) == 11


def test_more_seeds_make_the_error_smaller() -> None:
    estimate = linear_contrast([FIRST, SECOND], [1, -1])
    variances = [np.var(group, ddof=1) for group in (FIRST, SECOND)]
    error, df = estimate.with_seeds(20)
    assert error == pytest.approx(np.sqrt(sum(variances) / 20))
    assert df == pytest.approx(sum(variances) ** 2 / sum(v**2 / 19 for v in variances))


def test_slope_agrees_with_linear_regression() -> None:
    x = [0.0, 2.0, 4.0, 5.0, 6.0]
    residuals = np.array([-0.2, 0.3, -0.1])
    groups = [10 + 0.7 * position + residuals for position in x]
    estimate = linear_contrast(groups, slope_weights(x))
    expected = stats.linregress(np.repeat(x, 3), np.concatenate(groups))
    # The means lie on a line, so the regression's residuals are those within the groups; it
    # counts 15 - 2 degrees of freedom, the contrast at most 15 - 5.
    assert estimate.effect == pytest.approx(expected.slope)
    assert estimate.standard_error == pytest.approx(expected.stderr * np.sqrt(13 / 10))
    assert estimate.df <= 10


def test_paired_agrees_with_the_paired_t_test() -> None:
    pairs = np.array([[93.1, 92.8], [93.4, 93.3], [92.9, 92.5]])
    expected = stats.ttest_rel(pairs[:, 0], pairs[:, 1])
    estimate = paired_contrast(pairs, [1, -1])
    assert estimate.p_two_sided() == pytest.approx(expected.pvalue)
    assert estimate.df == expected.df


def test_equal_runs_prove_a_difference_and_no_equality() -> None:
    estimate = linear_contrast([[5, 5], [4, 4]], [1, -1])
    assert estimate.p_two_sided() == 0
    assert linear_contrast([[5, 5], [5, 5]], [1, -1]).p_two_sided() == 1
