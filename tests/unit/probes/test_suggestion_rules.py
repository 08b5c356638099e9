"""Rates that rules suggest for made-up curves."""

import numpy as np
import pytest

from reprise.probes.suggestion_rules import (
    before_divergence,
    before_first_rise,
    before_rise,
    steepest,
)

RATES = np.logspace(-5, 1, 601)
POSITIONS = np.log10(RATES)


def valley(bottom: float, noise: float = 0.0) -> np.ndarray:
    """Flat at 2, falling over a decade to 1 at ``bottom``, then exploding."""
    fall = np.clip(POSITIONS - (bottom - 1), 0, 1)
    rise = np.expm1(np.clip(POSITIONS - bottom, 0, None) * 3)
    return 2 - fall + rise + noise * np.random.default_rng(0).standard_normal(len(RATES))


def test_before_rise_is_so_many_decades_left_of_the_lowest_loss():
    assert before_rise(RATES, valley(-2), decades=0.12) == pytest.approx(10**-2.12)
    assert before_rise(RATES, valley(-2), decades=1) == pytest.approx(1e-3)


def test_before_first_rise_stops_at_the_first_explosion():
    """After it the loss may fall below everything before, as that of a broken network may."""
    losses = valley(-2)
    after = POSITIONS > -1
    losses[after] = 0.5 + np.expm1(np.clip(POSITIONS[after] - 0.5, 0, None))
    assert before_rise(RATES, losses, decades=0) > 0.1
    assert before_first_rise(RATES, losses, decades=0) == pytest.approx(1e-2)
    assert before_first_rise(RATES, losses, decades=0.12) == pytest.approx(10**-2.12)


def test_a_small_bump_is_no_real_rise():
    losses = valley(-2)
    losses[np.abs(POSITIONS + 2.5) < 0.02] *= 1.15
    assert before_first_rise(RATES, losses, decades=0) == pytest.approx(1e-2)
    assert before_first_rise(RATES, losses, decades=0, rise=1.1) < 1e-2
    assert before_first_rise(RATES, np.minimum(losses, 1.1), decades=0) is None


def test_a_loss_that_is_not_finite_is_a_rise():
    losses = valley(-2)
    losses[POSITIONS > -2.5] = np.nan
    found = before_first_rise(RATES, losses, decades=0)
    assert np.log10(found) == pytest.approx(-2.5, abs=0.011)


def test_before_divergence_is_left_of_the_rate_that_passes_the_multiple():
    # 1 + expm1(3 x) = 4 where x = log(4) / 3.
    passed = -2 + np.log(4) / 3
    found = before_divergence(RATES, valley(-2), decades=0.5)
    assert np.log10(found) == pytest.approx(passed - 0.5, abs=0.01)
    found = before_divergence(RATES, valley(-2), decades=0, multiple=2)
    assert np.log10(found) == pytest.approx(-2 + np.log(2) / 3, abs=0.01)


def test_a_loss_that_is_not_finite_is_divergence():
    losses = valley(-2)
    losses[POSITIONS > -1.9] = np.nan
    found = before_divergence(RATES, losses, decades=0)
    assert np.log10(found) == pytest.approx(-1.89, abs=0.011)
    assert before_rise(RATES, losses, decades=0) == pytest.approx(1e-2)


def test_steepest_is_the_middle_of_the_fastest_fall():
    assert np.log10(steepest(RATES, valley(-2))) == pytest.approx(-2.5, abs=0.26)
    cliff = np.where(POSITIONS < -2, 2.0, 1.0)
    assert np.log10(steepest(RATES, cliff, decades=0.2)) == pytest.approx(-2, abs=0.11)


def test_steepest_is_not_led_astray_by_noise_between_updates():
    found = steepest(RATES, valley(-2, noise=0.05))
    assert -3 < np.log10(found) < -2


@pytest.mark.parametrize("rule", [steepest, before_rise, before_first_rise, before_divergence])
def test_a_curve_that_never_falls_suggests_nothing(rule):
    decades = {} if rule is steepest else {"decades": 0.1}
    assert rule(RATES, POSITIONS + 10, **decades) is None
    assert rule(RATES[:1], np.array([2.0]), **decades) is None
    assert rule(RATES[:2], np.array([np.nan, np.nan]), **decades) is None


@pytest.mark.parametrize("rule", [before_rise, before_divergence])
def test_noise_at_the_start_is_no_fall(rule):
    losses = np.full(len(RATES), 2.0)
    losses[20] = 1.9
    losses[500:] = 100
    assert rule(RATES, losses, decades=0.1) is None
    losses[70] = 1.8
    assert rule(RATES, losses, decades=0.1) is not None


def test_a_curve_that_never_rises_has_no_rise_to_stay_left_of():
    assert before_rise(RATES, 10 - POSITIONS, decades=0.1) is None
    assert before_divergence(RATES, 10 - POSITIONS, decades=0.1) is None


def test_a_curve_that_rises_a_little_does_not_diverge():
    losses = valley(-2)
    assert before_divergence(RATES[:450], losses[:450], decades=0, multiple=1000) is None
