"""Agreement of an artefact with its reported numbers."""

import numpy as np
import pandas as pd
import pytest

from reprise.analysis.agreement import (
    REFERENCE,
    ReportedGap,
    agreement,
    with_reported_numbers,
)


def table(**columns: list) -> pd.DataFrame:
    length = len(columns["reported"])
    given = {"arm": ["as run"] * length, "statistic": ["mean"] * length, "median": columns["mean"]}
    return pd.DataFrame(
        {**given, "prediction_low": [None] * length, "prediction_high": [None] * length, **columns}
    )


def test_numbers_of_a_table() -> None:
    result = agreement(
        table(
            reported=[90.0, 91.0, 93.0, None, 95.0],
            mean=[91.0, 90.0, 93.5, 99.0, None],
            prediction_low=[89.0, 88.0, 93.2, 98.0, None],
            prediction_high=[93.0, 92.0, 94.0, 99.5, None],
        )
    )
    assert (result.rows, result.compared) == (4, 3)
    assert result.mean_absolute_difference == pytest.approx(2.5 / 3)
    assert result.mean_difference == pytest.approx((1 - 1 + 0.5) / 3)
    assert result.rank_correlation == pytest.approx(0.5)
    assert (result.inside, result.with_interval) == (2, 3)
    assert result.differences == (
        ReportedGap(0, 1.0, outside=False),
        ReportedGap(1, -1.0, outside=False),
        ReportedGap(2, 0.5, outside=True),
    )


def test_the_reference_runs_are_compared_by_their_own_numbers() -> None:
    result = agreement(
        table(
            reported=[90.0, 91.0, 93.0],
            mean=[None, 91.0, 93.0],
            reference_mean=[91.0, 92.0, None],
            reference_median=[91.0, 92.0, None],
            reference_low=[89.0, None, None],
            reference_high=[90.5, None, None],
        ),
        REFERENCE,
    )
    assert (result.rows, result.compared, result.mean_absolute_difference) == (3, 2, 1.0)
    assert (result.inside, result.with_interval) == (1, 1)


def test_other_arms_and_few_rows() -> None:
    result = agreement(
        table(reported=[90.0, 91.0], mean=[90.0, 80.0], arm=["as run", "as described"])
    )
    assert (result.compared, result.rank_correlation) == (1, None)
    assert result.mean_absolute_difference == 0


def test_nothing_to_compare() -> None:
    result = agreement(table(reported=[None], mean=[90.0]))
    assert (result.compared, result.mean_absolute_difference) == (0, None)


def test_a_median_is_compared_where_a_median_is_reported() -> None:
    result = agreement(table(reported=[90.0], mean=[80.0], median=[90.5], statistic=["median"]))
    assert result.mean_absolute_difference == pytest.approx(0.5)


def test_another_arm_is_compared_with_what_is_reported_of_the_same_combination() -> None:
    known = table(
        net=["a", "b", "b", "a", "c"],
        arm=["as run", "as run", "as described", "as described", "as described"],
        reported=[90.0, 92.0, None, None, None],
        mean=[90.5, 92.5, 94.0, 91.0, 99.0],
    )
    given = with_reported_numbers(known, ["net"])
    assert given.index.tolist() == known.index.tolist()
    result = agreement(given, arm="as described")
    assert (result.rows, result.compared, result.mean_absolute_difference) == (2, 2, 1.5)
    assert [(each.row, each.value) for each in result.differences] == [(2, 2.0), (3, 1.0)]
    assert agreement(given) == agreement(known)


def test_a_single_combination_needs_no_axis() -> None:
    known = table(arm=["as run", "other"], reported=[90.0, None], mean=[90.5, 93.0])
    result = agreement(with_reported_numbers(known, []), arm="other")
    assert result.mean_absolute_difference == 3.0


def test_rows_that_are_one_and_the_same_run_count_once() -> None:
    numbers = {"reported": [90.0, 91.0, 60.0, 64.0, 58.0], "mean": [90.0, 92.0, 40.0, 40.0, 40.0]}
    apart = agreement(table(**numbers))
    once = agreement(table(**numbers, course=["a", None, "b", "b", "b"]))
    assert apart.mean_absolute_difference == pytest.approx((1 + 20 + 24 + 18) / 5)
    assert once.mean_absolute_difference == pytest.approx((1 + (20 + 24 + 18) / 3) / 3)
    assert once.mean_difference == pytest.approx((1 - (20 + 24 + 18) / 3) / 3)
    assert (once.rows, once.compared, len(once.differences)) == (5, 5, 5)
    assert once.same_runs == ((2, 3, 4),)
    assert apart.same_runs == ()
    kinds = ["mean", "mean", "mean", "mean", "median"]
    medians = agreement(table(**numbers, course=["a", None, "b", "b", "b"], statistic=kinds))
    assert medians.same_runs == ((2, 3),)
    # As a file without any course is read.
    unknown = agreement(table(**numbers, course=[float("nan")] * 5))
    assert unknown.mean_absolute_difference == apart.mean_absolute_difference
    assert (apart.rank_correlation, once.rank_correlation) == (pytest.approx(0.894, abs=1e-3), 1.0)


def test_numbers_of_any_size_are_compared_by_their_factor() -> None:
    numbers = {"reported": [0.04, 0.002, 0.16, 0.01], "mean": [0.02, 0.008, 0.16, None]}
    result = agreement(table(**numbers), by_factor=True)
    assert (result.rows, result.compared) == (4, 3)
    # Half, four times, and the same: on average a factor of 2 off, and 1.26 times as large.
    assert np.exp(result.mean_absolute_difference) == pytest.approx(8 ** (1 / 3))
    assert np.exp(result.mean_difference) == pytest.approx(2 ** (1 / 3))
    assert [gap.row for gap in result.differences] == [1, 0, 2]
