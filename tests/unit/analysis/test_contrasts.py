"""Contrasts of means against scipy's t-tests and regression."""

import numpy as np
import pytest
from scipy import stats

from reprise.analysis.statistics.contrasts import (
    linear_contrast,
    paired_contrast,
    pooled_spread,
    slope_weights,
)

FIRST = [93.1, 93.4, 92.9, 93.6, 93.2]
SECOND = [92.8, 93.3, 92.5, 92.9]
NOISY = [80.0, 95.0, 70.0, 99.0]


@pytest.mark.parametrize(("second", "equal_var"), [(SECOND, True), (NOISY, False)])
def test_two_groups_agree_with_the_t_test(second: list[float], equal_var: bool) -> None:
    expected = stats.ttest_ind(FIRST, second, equal_var=equal_var)
    estimate = linear_contrast([FIRST, second], [1, -1])
    assert estimate.method == ("pooled" if equal_var else "welch")
    assert estimate.p_two_sided() == pytest.approx(expected.pvalue)
    assert estimate.df == pytest.approx(expected.df)
    interval = expected.confidence_interval(0.95)
    assert estimate.interval(0.95) == pytest.approx((interval.low, interval.high))


def test_pooling_uses_the_spread_of_settings_outside_of_the_comparison() -> None:
    third = [90.0, 90.4, 90.2]
    estimate = linear_contrast([FIRST, SECOND], [1, -1], [FIRST, SECOND, third, [91.0]])
    squares = sum(np.var(group, ddof=1) * (len(group) - 1) for group in (FIRST, SECOND, third))
    assert estimate.df == 9
    assert estimate.groups == 3
    assert estimate.sd == pytest.approx(np.sqrt(squares / 9))


def test_a_pool_of_steadier_settings_does_not_hide_the_noise_of_the_compared_ones() -> None:
    rng = np.random.default_rng(3)
    noisy = rng.normal(0, 10, (2, 5))
    steady = rng.normal(0, 0.1, (20, 5))
    estimate = linear_contrast(noisy, [1, -1], [*noisy, *steady])
    assert estimate.method == "welch"
    assert estimate.sd > 5


def test_slope_agrees_with_linear_regression() -> None:
    x = [0.0, 2.0, 4.0, 5.0, 6.0]
    residuals = np.array([-0.2, 0.3, -0.1])
    groups = [10 + 0.7 * position + residuals for position in x]
    estimate = linear_contrast(groups, slope_weights(x))
    expected = stats.linregress(np.repeat(x, 3), np.concatenate(groups))
    # The means lie on a line, so the regression's residuals are those within the groups; it
    # counts 15 - 2 degrees of freedom, the contrast 15 - 5.
    assert estimate.effect == pytest.approx(expected.slope)
    assert estimate.standard_error == pytest.approx(expected.stderr * np.sqrt(13 / 10))


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


def test_single_runs_have_no_spread_to_pool() -> None:
    assert pooled_spread([[1.0], [2.0]]) is None
