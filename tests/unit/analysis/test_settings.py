"""How settings differ once the noise between runs is taken off."""

import numpy as np
import pytest

from reprise.analysis.statistics.settings import (
    compare_spreads,
    rank_correlation,
    reliability,
    spearman,
)

NOISE = np.array([-0.1, 0.0, 0.1])


def runs(*means: float, noise: float = 1.0) -> list[np.ndarray]:
    return [mean + noise * NOISE for mean in means]


def test_the_noise_between_runs_is_taken_off_a_spread() -> None:
    found = compare_spreads(runs(0, 10, 20), runs(0, 1, 2))
    # Variances of the means 100 and 1, of their noise 0.01 / 3 on both sides.
    wide, narrow = (np.sqrt(v - 0.01 / 3) for v in (100, 1))
    assert found.effect == pytest.approx(wide - narrow)
    assert found.low < found.effect < found.high
    assert found.p < 0.001
    assert compare_spreads(runs(0, 1, 2), runs(0, 10, 20)).effect == pytest.approx(-found.effect)


def test_noise_alone_is_no_spread() -> None:
    found = compare_spreads(runs(0, 0, 0, noise=30), runs(0, 0, 0))
    assert (found.effect, found.p > 0.05) == (0, True)


def test_a_spread_without_any_noise_is_exact() -> None:
    found = compare_spreads(runs(0, 2, 4, noise=0), runs(1, 1, 1, noise=0))
    assert (found.low, found.effect, found.high, found.p) == (2, 2, 2, 0)
    same = compare_spreads(runs(1, 1, noise=0), runs(2, 2, noise=0))
    assert (same.effect, same.p) == (0, 1)


def test_reliability_is_the_share_that_noise_does_not_make() -> None:
    assert reliability(runs(0, 10, 20)) == pytest.approx(1 - (0.01 / 3) / 100)
    assert reliability(runs(0, 0.01, 0.02)) == 0
    assert reliability(runs(1, 1, 1)) == 0


def test_orders_that_noise_cannot_change_are_certain() -> None:
    rising, falling = runs(*range(8)), runs(*range(8, 0, -1))
    found = rank_correlation(rising, falling, null=0.5)
    assert found.effect == -1
    assert found.high < -0.9
    assert 0 < found.p < 0.001


def test_orders_within_the_noise_are_uncertain() -> None:
    found = rank_correlation(runs(*range(8), noise=30), runs(*range(8), noise=30), null=0.5)
    assert found.effect == 1
    assert found.low < 0.5 < found.high
    assert found.p > 0.05


def test_tied_settings_have_no_order() -> None:
    assert spearman(np.array([[1.0, 1.0, 1.0]]), np.array([[1.0, 2.0, 3.0]]))[0] == 0
