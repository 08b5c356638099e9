"""Where one more number would fall, given a few runs."""

from collections.abc import Sequence
from math import pi, sqrt
from typing import Literal

import numpy as np
from scipy import special

from reprise.studies.artefact_records import RowRecord


def prediction_interval(
    values: Sequence[float],
    level: float = 0.95,
    future_runs: int = 1,
    statistic: Literal["mean", "median"] = "mean",
) -> tuple[float, float] | None:
    """Interval for the mean (or median) of ``future_runs`` further runs; None below two runs.

    center ± t · sd · sqrt(1/m + 1/n) for m future and n present runs (Hahn and Meeker 1991,
    section 4.7). The variance of a median of three or more normal values is taken at its upper
    limit, pi/2 times that of the mean.
    """
    n = len(values)
    if n < 2:
        return None
    center = float(np.median(values) if statistic == "median" else np.mean(values))
    variance = sum(_inflation(count, statistic) / count for count in (future_runs, n))
    half = special.stdtrit(n - 1, 0.5 + level / 2) * np.std(values, ddof=1) * sqrt(variance)
    return float(center - half), float(center + half)


def prediction_of_row(values: Sequence[float], row: RowRecord) -> tuple[float, float] | None:
    """The interval for what a row of plan.json reports: a mean or median (``statistic``) of so many
    runs (``reported_runs``)."""
    return prediction_interval(
        values,
        future_runs=row.reported_runs,
        statistic=row.statistic,
    )


def _inflation(count: int, statistic: str) -> float:
    return pi / 2 if statistic == "median" and count >= 3 else 1.0
