"""How numbers are written."""

import math

import pytest

from reprise.rendering import numbers


@pytest.mark.parametrize(
    ("value", "decimals", "written"),
    [
        (93.456, 2, "93.46"),
        (-3.14159, 2, "−3.14"),
        (-0.001, 2, "0.00"),
        (521418, 0, "521\u202f418"),
        (9999, 0, "9999"),
        (None, 2, "—"),
        (math.nan, 2, "—"),
        (math.inf, 2, "—"),
        (True, 0, "—"),
        (3e-6, "scientific", "3 × 10⁻⁶"),
        (-0.00758, "scientific", "−7.58 × 10⁻³"),
        (1.25, "scientific", "1.25"),
        (0, "scientific", "0"),
    ],
)
def test_number(value: float | None, decimals: int, written: str) -> None:
    assert numbers.number(value, decimals) == written


@pytest.mark.parametrize(
    ("value", "written"), [(0.25, "+0.25"), (-0.25, "−0.25"), (0.001, "0.00"), (0.0, "0.00")]
)
def test_a_difference_has_its_sign_unless_it_rounds_to_zero(value: float, written: str) -> None:
    assert numbers.signed(value, 2) == written


@pytest.mark.parametrize(
    ("value", "decimals", "shown"), [(4.0, 0, 0), (3.5, 0, 1), (3.5, 2, 2), (None, 0, 0)]
)
def test_a_mean_of_whole_numbers_has_a_decimal_if_it_is_not_whole(
    value: float | None, decimals: int, shown: int
) -> None:
    assert numbers.finer(value, decimals) == shown


@pytest.mark.parametrize(
    ("value", "written"),
    [(0.012345, "0.0123"), (1.2345, "1.23"), (-45.678, "−45.7"), (4567.8, "4568"), (0.0, "0.00")],
)
def test_significant_digits(value: float, written: str) -> None:
    assert numbers.significant(value) == written


def test_a_tiny_p_value_is_no_zero() -> None:
    assert numbers.probability(1e-9) == "< 0.001"
    assert numbers.probability(0.0123) == "0.012"
    assert numbers.probability(0.5) == "0.50"
    assert numbers.probability(None) == "—"


def test_intervals_and_ranges() -> None:
    assert numbers.interval(-0.5, 0.07) == "−0.50 to 0.07"
    assert numbers.interval(None, 0.07) == ""
    assert numbers.ranges([3, 1, 2, 7]) == "1–3, 7"
    assert numbers.span([120, 60]) == "60–120"
    assert numbers.span([60, 60]) == "60"


@pytest.mark.parametrize(
    ("seconds", "written"), [(2.5, "2.50 s"), (600, "10.0 min"), (36000, "10.0 h"), (None, "—")]
)
def test_durations_take_the_unit_that_suits_them(seconds: float | None, written: str) -> None:
    assert numbers.duration(seconds) == written


def test_amounts_agree_with_their_noun() -> None:
    assert numbers.count(1, "seed") == "1 seed"
    assert numbers.count(2, "study", "studies") == "2 studies"
    assert numbers.listed(["a", "b", "c"]) == "a, b and c"


def test_a_small_difference_keeps_its_sign() -> None:
    assert numbers.telling(-0.041, 1) == 2
    assert numbers.telling(-0.0004, 1) == 4
    assert numbers.telling(0.25, 1) == 1
    assert numbers.telling(0.0, 1) == 1
    assert numbers.telling(1e-9, numbers.SCIENTIFIC) == numbers.SCIENTIFIC


def test_a_percent_sign_stays_with_its_number() -> None:
    assert numbers.together("reaches 95.65 % in 150 epochs") == "reaches 95.65\xa0% in 150 epochs"
