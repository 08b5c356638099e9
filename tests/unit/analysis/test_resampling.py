"""The bootstrap of means against the known standard error."""

import numpy as np
import pytest

from reprise.analysis.statistics.resampling import bootstrap_means


def test_interval_of_a_mean_has_the_width_of_its_standard_error() -> None:
    sample = np.random.default_rng(1).normal(0, 1, 20)
    result = bootstrap_means([sample], lambda means: means[:, 0])
    expected = 2 * 1.96 * sample.std(ddof=1) / np.sqrt(20)
    assert result.high - result.low == pytest.approx(expected, rel=0.05)


def test_p_is_small_far_from_the_null_and_never_zero() -> None:
    samples = [[10.0, 10.1, 9.9], [1.0, 1.1, 0.9]]
    result = bootstrap_means(samples, lambda means: means[:, 0] - means[:, 1])
    assert 0 < result.p < 0.001
    assert bootstrap_means(samples, lambda m: m[:, 0] - m[:, 1], null=9.0).p > 0.5
