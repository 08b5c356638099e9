"""Measures of learning curves."""

from math import inf, isnan

import numpy as np
import pandas as pd
import pytest

from reprise.analysis.measures import (
    first_near_best,
    first_reached,
    first_settled,
    measure_curve,
)
from reprise.errors import InputError
from reprise.studies.measure_forms import AtEpoch, Measure

CURVE = pd.DataFrame(
    {"test_accuracy": [10.0, 50.0, 70.0, 80.0, 80.1, 80.0, 80.2, 80.1, 80.1, 80.0]}
)


def accuracy(**form: object) -> float:
    return measure_curve(Measure.of({"series": "test_accuracy", **form}, "metric"), CURVE)


def test_epochs_count_from_one() -> None:
    assert accuracy(epoch=2) == 50
    assert accuracy(epoch=3, window=3) == pytest.approx((50 + 70 + 80) / 3)
    assert accuracy(epoch=1, window=3) == pytest.approx((10 + 50) / 2)
    assert isnan(accuracy(epoch=11))


def test_share_of_the_run() -> None:
    assert accuracy(to=0.2) == 30
    assert accuracy(to=0.01) == 10
    assert accuracy(**{"from": 0.9}) == 80


def test_settled_counts_epochs_before_the_first_calm_stretch() -> None:
    assert accuracy(settled={"change": 0.6, "epochs": 4}) == 3
    assert accuracy(settled={"change": 0.01, "epochs": 4}) == 10
    assert first_settled(np.array([1.0, 1.0]), change=1, epochs=4) == inf


def test_a_sum_that_equals_the_change_is_not_below_it() -> None:
    # Four steps of 9, 27, 36 and 18 images of 10,000, which add up to 0.9 points exactly. As
    # floating-point numbers their sum lies below.
    values = np.array([70.0, 70.09, 70.36, 70.72, 70.90])
    assert np.abs(np.diff(values)).sum() < 0.9 + 1e-12
    assert first_settled(values, change=0.9, epochs=4) == inf
    assert first_settled(values, change=0.91, epochs=4) == 0


def test_near_the_best_of_the_run() -> None:
    assert accuracy(near_best={"within": 0.1}) == 5
    # 80.2 - 80.0, a step of 20 images of 10,000, is within 0.2 points.
    assert accuracy(near_best={"within": 0.2}) == 4
    assert accuracy(near_best={"within": 0.2, "shift": -2}) == 2
    assert accuracy(near_best={"within": 100, "shift": -2}) == 0
    losses = np.array([2.0, np.nan, 0.42, 0.4])
    assert first_near_best(losses, within=0.02, falling=True) == 3
    assert first_near_best(np.array([np.nan]), within=1) == inf


def test_losses_reach_a_target_from_above() -> None:
    assert first_reached(np.array([50.0, 90.0, 95.0]), 90, falling=False) == 2
    assert first_reached(np.array([2.0, np.nan, 0.4]), 0.5, falling=True) == 3
    assert first_reached(np.array([2.0, np.nan]), 0.5, falling=True) == inf


def test_a_history_without_the_series_is_named() -> None:
    with pytest.raises(InputError, match=r"unknown series 'test_loss' of history\.csv"):
        measure_curve(AtEpoch(series="test_loss", epoch=1), CURVE)
