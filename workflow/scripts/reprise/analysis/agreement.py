"""How far an artefact's numbers agree with the reported ones."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from reprise.studies.rows import DEFAULT_ARM


@dataclass(frozen=True)
class ReportedGap:
    """One number minus the reported one, in the metric's unit, or the natural logarithm of their
    factor.

    ``row`` is its index in the table, and ``outside`` whether the reported number lies outside of
    the prediction interval; False without one.
    """

    row: int
    value: float
    outside: bool


@dataclass(frozen=True)
class Agreement:
    """What a sentence on agreement needs.

    Attributes:
        rows: combinations with a reported number, in the arm that is compared.
        compared: those of them that also have a finished run.
        mean_absolute_difference: over the compared ones, in the metric's unit, or of the natural
            logarithms. Rows that are one and the same run count once together.
        mean_difference: the same with its sign; above 0 where the numbers are higher than reported.
        rank_correlation: Spearman's, between the two orders (-1 to 1); None below three compared
            runs or where all numbers on one side are equal. Rows that are one and the same run
            count once, with the mean of their reported numbers.
        with_interval: compared rows with a prediction interval (two runs or more).
        inside: those of them whose reported number lies in it.
        differences: of all compared rows, the largest first.
        same_runs: groups of compared rows that are one and the same run, by their index.
    """

    rows: int
    compared: int
    mean_absolute_difference: float | None
    mean_difference: float | None
    rank_correlation: float | None
    with_interval: int
    inside: int
    differences: tuple[ReportedGap, ...]
    same_runs: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True)
class Side:
    """The columns of a table that hold one side's numbers beside the reported ones.

    ``course`` tells runs apart; a table may lack it.
    """

    mean: str
    median: str
    low: str
    high: str
    course: str

    @property
    def needed(self) -> tuple[str, ...]:
        """The columns without which nothing is compared."""
        return (self.mean, self.median, self.low, self.high)


THIS_RUN = Side("mean", "median", "prediction_low", "prediction_high", "course")
REFERENCE = Side(
    "reference_mean", "reference_median", "reference_low", "reference_high", "reference_course"
)


def agreement(
    table: pd.DataFrame,
    side: Side = THIS_RUN,
    arm: str = DEFAULT_ARM,
    by_factor: bool = False,
) -> Agreement:
    """Compare the means (or medians, where medians are reported) with the reported numbers.

    Args:
        table: tidy data of an artefact, from ``summarise``.
        side: whose numbers: those of this run, or of the reference runs.
        arm: whose rows; those of another arm than the default one carry reported numbers once
            ``with_reported_numbers`` has given them some.
        by_factor: whether numbers are compared by their factor, those above 0.
    """
    reported = table[(table["arm"] == arm) & table["reported"].notna()]
    center = reported[side.mean].where(reported["statistic"] != "median", reported[side.median])
    compared = reported.assign(center=center).dropna(subset=["center"])
    intervals = compared.dropna(subset=[side.low, side.high])
    inside = intervals["reported"].between(intervals[side.low], intervals[side.high])
    if by_factor:
        compared = compared[(compared["center"] > 0) & (compared["reported"] > 0)]
        difference = np.log(compared["center"] / compared["reported"])
    else:
        difference = compared["center"] - compared["reported"]
    ordered = difference.abs().sort_values(ascending=False, kind="stable").index
    outside = set(inside.index[~inside])
    run = _run_of_each(compared, side.course)
    alike = run.map(run.value_counts())
    once = compared.groupby(run, sort=False)[["center", "reported"]].mean()
    return Agreement(
        rows=len(reported),
        compared=len(compared),
        mean_absolute_difference=_weighted_mean(difference.abs(), 1 / alike),
        mean_difference=_weighted_mean(difference, 1 / alike),
        rank_correlation=_rank_correlation(once["center"], once["reported"]),
        with_interval=len(intervals),
        inside=int(inside.sum()),
        differences=tuple(ReportedGap(i, float(difference[i]), i in outside) for i in ordered),
        same_runs=tuple(
            tuple(rows)
            for rows in compared.groupby(run, sort=False).groups.values()
            if len(rows) > 1
        ),
    )


def with_reported_numbers(table: pd.DataFrame, axes: Sequence[str]) -> pd.DataFrame:
    """The table with the reported number of a combination in the rows of all its arms.

    Args:
        table: tidy data of an artefact, from ``summarise``.
        axes: the columns that make up a combination.
    """
    reporting = table[(table["arm"] == DEFAULT_ARM) & table["reported"].notna()]
    keys = list(axes)
    if not keys:
        return table.assign(reported=reporting["reported"].iloc[0] if len(reporting) else None)
    numbers = reporting[[*keys, "reported"]].drop_duplicates(keys)
    joined = table[keys].merge(numbers, on=keys, how="left")
    return table.assign(reported=joined["reported"].to_numpy())


def _run_of_each(rows: pd.DataFrame, course: str) -> pd.Series:
    """What tells the rows' runs apart; those whose course is not known are runs of their own, and
    so are a mean and a median of the same ones."""
    own = pd.Series(rows.index.astype(str), index=rows.index)
    if course not in rows:
        return own
    named = rows[course].astype(str) + " " + rows["statistic"].astype(str)
    return named.where(rows[course].notna(), own)


def _weighted_mean(values: pd.Series, weights: pd.Series) -> float | None:
    return float((values * weights).sum() / weights.sum()) if len(values) else None


def _rank_correlation(first: pd.Series, second: pd.Series) -> float | None:
    if len(first) < 3 or first.nunique() == 1 or second.nunique() == 1:
        return None
    return float(first.rank().corr(second.rank()))
