"""Runs that went the same way: their histories are equal to the last digit.

Settings of a study may differ in something that never comes to act, a schedule whose condition is
never met for example. Their runs of one seed are then one and the same run under several names.
"""

from hashlib import sha256

import pandas as pd

from reprise.training.history import TIMING_COLUMNS


def course_of(history: pd.DataFrame) -> str:
    """Names the way that a run went, by all columns of its history that are not times."""
    kept = history.drop(columns=[name for name in TIMING_COLUMNS if name in history])
    return sha256(kept.to_csv(index=False).encode()).hexdigest()[:12]


def course_of_row(courses: pd.Series) -> str | None:
    """Names the ways that all runs of a row went; None unless each of them is known."""
    if courses.empty or courses.isna().any():
        return None
    return "+".join(sorted(courses))
