"""Runs that went the same way."""

import pandas as pd

from reprise.analysis.courses import course_of, course_of_row

HISTORY = pd.DataFrame({"epoch": [1, 2], "train_loss": [0.5, 0.4], "seconds": [3.0, 3.0]})


def test_times_do_not_tell_runs_apart_and_numbers_do():
    assert course_of(HISTORY) == course_of(HISTORY.assign(seconds=9.0))
    assert course_of(HISTORY) != course_of(HISTORY.assign(train_loss=[0.5, 0.4000001]))


def test_rows_are_alike_if_all_their_runs_are():
    assert course_of_row(pd.Series(["b", "a"])) == course_of_row(pd.Series(["a", "b"])) == "a+b"
    assert course_of_row(pd.Series(["a", None], dtype=object)) is None
    assert course_of_row(pd.Series([], dtype=object)) is None
