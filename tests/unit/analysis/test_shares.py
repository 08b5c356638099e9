"""Exact tests of shares."""

import pytest

from reprise.analysis.statistics.proportions import compare_shares, share_against, share_interval


def test_clopper_pearson_at_the_end_of_the_range() -> None:
    assert share_interval(3, 3) == pytest.approx((0.025 ** (1 / 3), 1.0))


def test_fisher() -> None:
    assert compare_shares(4, 4, 0, 4) == pytest.approx(2 / 70)
    assert compare_shares(2, 4, 2, 4) == pytest.approx(1)


def test_binomial_tails_are_doubled() -> None:
    assert share_against(6, 6, 0.5) == pytest.approx(2 / 64)
    assert share_against(0, 6, 0.5) == pytest.approx(2 / 64)
    assert share_against(3, 6, 0.5) == 1
