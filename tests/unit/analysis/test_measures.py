"""Measures of learning curves."""

from math import inf, isnan

import numpy as np
import pandas as pd
import pytest

from reprise.analysis.measures import first_reached, first_settled, measure_curve
from reprise.errors import InputError

CURVE = pd.DataFrame(
    {"test_accuracy": [10.0, 50.0, 70.0, 80.0, 80.1, 80.0, 80.2, 80.1, 80.1, 80.0]}
)


def accuracy(**form: object) -> float:
    return measure_curve({"series": "test_accuracy", **form}, CURVE)


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


def test_losses_reach_a_target_from_above() -> None:
    assert first_reached(np.array([50.0, 90.0, 95.0]), 90, falling=False) == 2
    assert first_reached(np.array([2.0, np.nan, 0.4]), 0.5, falling=True) == 3
    assert first_reached(np.array([2.0, np.nan]), 0.5, falling=True) == inf


def test_unknown_series_and_form() -> None:
    with pytest.raises(InputError, match="test_accuracy"):
        measure_curve({"series": "accuracy", "epoch": 1}, CURVE)
    with pytest.raises(InputError, match="settled"):
        accuracy()
