"""Moderated variances: what a row borrows from rows beside it, and from which."""

import numpy as np
import pytest

from reprise.analysis.statistics.spread import moderated_variances

STEPS = np.array([-1.0, 0.0, 1.0])
# Three runs with the variances 1, 4 and 0.25.
ROW, WIDER, NARROWER = 90 + STEPS, 80 + 2 * STEPS, 70 + STEPS / 2
EXPLODES = 40 + 30 * STEPS


def test_a_row_borrows_a_tenth_from_the_rows_beside() -> None:
    (found,) = moderated_variances([ROW], [WIDER, WIDER])
    assert found.borrows
    assert found.value == pytest.approx((0.1 * 4 + 1) / 1.1)
    # Two of its own, which count (1.1)² times as much as those that vary.
    assert found.df == pytest.approx(2 * 1.1**2)


def test_rows_that_explode_are_left_out() -> None:
    beside = [WIDER, WIDER, WIDER, EXPLODES, EXPLODES]
    (found,) = moderated_variances([ROW], beside)
    assert found.value == pytest.approx((0.1 * 4 + 1) / 1.1)


def test_a_row_that_explodes_borrows_nothing() -> None:
    steady, exploding = moderated_variances([ROW, EXPLODES], [ROW] * 6)
    assert (steady.borrows, exploding.borrows) == (True, False)
    assert (exploding.value, exploding.df) == (pytest.approx(900), 2)


def test_rows_that_are_steadier_than_all_beside_borrow_nothing() -> None:
    steady = [90 + STEPS / 100, 91 + STEPS / 100]
    found = moderated_variances(steady, [ROW] * 6)
    assert [(v.borrows, v.df) for v in found] == [(False, 2), (False, 2)]


@pytest.mark.parametrize("beside", [[], [ROW], [ROW, [90.0]], [ROW, EXPLODES]])
def test_fewer_than_two_rows_beside_lend_nothing(beside: list) -> None:
    (found,) = moderated_variances([NARROWER], beside)
    assert (found.value, found.borrows) == (pytest.approx(0.25), False)


def test_equal_runs_have_no_variance_or_that_of_rounding() -> None:
    assert moderated_variances([[5.0, 5.0]])[0].value == 0
    assert moderated_variances([[5.0, 5.0]], least=1 / 12)[0].value == pytest.approx(1 / 12)
    assert moderated_variances([[5.0, 5.0], [6.0, 6.0]], [[1.0, 1.0]] * 3)[0].value == 0
