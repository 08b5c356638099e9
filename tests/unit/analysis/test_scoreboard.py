"""Counts of verdicts."""

import pandas as pd
import pytest

from reprise.analysis.scoreboard import expected_by_chance, scoreboard


def test_counts_per_study_and_in_all() -> None:
    claims = pd.DataFrame(
        {
            "study": ["one", "one", "one", "two"],
            "verdict": ["holds", "holds", "undecided", "missing"],
            "p": [0.01, None, 0.4, None],
        }
    )
    board = scoreboard(claims).set_index("study")
    assert board.loc["one", ["claims", "holds", "undecided", "missing", "tested"]].to_list() == [
        3,
        2,
        1,
        0,
        2,
    ]
    assert board.loc["all", ["claims", "holds", "missing", "tested"]].to_list() == [4, 2, 1, 2]
    assert board.loc["one", "expected_by_chance"] == pytest.approx(0.05)


def test_two_in_eighty_hold_by_chance() -> None:
    assert expected_by_chance(80) == 2
