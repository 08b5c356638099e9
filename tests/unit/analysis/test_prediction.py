"""Prediction intervals by hand."""

from math import pi, sqrt

import pytest

from reprise.analysis.statistics.prediction import prediction_interval


def test_one_more_run() -> None:
    half = 4.30265 * 1.0 * sqrt(1 + 1 / 3)
    assert prediction_interval([1, 2, 3]) == pytest.approx((2 - half, 2 + half), rel=1e-5)


def test_a_mean_of_several_runs_is_easier_to_predict() -> None:
    half = 4.30265 * sqrt(1 / 5 + 1 / 3)
    assert prediction_interval([1, 2, 3], future_runs=5)[1] == pytest.approx(2 + half, rel=1e-5)


def test_medians_are_centred_on_the_median_and_wider() -> None:
    low, high = prediction_interval([1, 2, 6], future_runs=5, statistic="median")
    assert (low + high) / 2 == pytest.approx(2)
    half = 4.30265 * sqrt(7) * sqrt(pi / 2 * (1 / 5 + 1 / 3))
    assert high - 2 == pytest.approx(half, rel=1e-5)


def test_one_run_predicts_nothing() -> None:
    assert prediction_interval([93.0]) is None
