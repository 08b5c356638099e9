"""From runs to the tidy table of an artefact: one row per combination of axis values and arm."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from reprise.analysis.collecting import (
    COURSE,
    SUMMARY_COLUMNS,
    axis_names,
    collect_runs,
    with_whole_numbers,
)
from reprise.analysis.courses import course_of_row
from reprise.analysis.learning import Guessing
from reprise.analysis.measures import DERIVED
from reprise.analysis.reference import Reference
from reprise.analysis.statistics.prediction import prediction_of_row
from reprise.errors import InputError, choose_among
from reprise.studies.artefact_records import ArtefactRecord, RowRecord
from reprise.studies.measure_forms import Metric, metric_name
from reprise.studies.rungs import RUNGS, Rung
from reprise.studies.statuses import DIVERGED, FAILED, FINISHED, MISSING, NOT_RUN, PARTIAL

FURTHER_COLUMNS = [
    "median", "statistic", "course", "learned", "reference_median", "reference_low",
    "reference_high", "reference_runs", "reference_diverged", "reference_source",
    "reference_stale", "reference_course", "reference_learned", "metric", "reason", "evidence",
    "reference_evidence",
]  # fmt: skip


def collect_and_summarise(
    artefact: ArtefactRecord,
    results: Path,
    reference: Reference | None,
    rung: Rung = RUNGS["paper"],
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The runs of an artefact and its tidy data, which is what runs.csv and its table hold.

    Args:
        artefact: of the plan.
        results: the results folder of the scale.
        reference: from ``read_reference``; None without any.
        rung: of the scale.

    Raises:
        InputError: a file of a run cannot be read.
    """
    runs = collect_runs(artefact.rows, results)
    return runs, summarise(runs, artefact.rows, reference, artefact.metric, rung)


def summarise(
    runs: pd.DataFrame,
    rows: Sequence[RowRecord],
    reference: Reference | None = None,
    metric: Metric = "test_accuracy",
    rung: Rung = RUNGS["paper"],
) -> pd.DataFrame:
    """The tidy data of an artefact: axes, contract columns, then median, statistic, course, number
    of runs that have ``learned``, source, metric, the reason why a row is not run, and of which
    evidence its runs and the reference runs are.

    ``mean``, ``std`` (ddof 1) and ``median`` are over finished runs that have the metric, of which
    there are ``n``. The prediction interval says where the reported number would fall if it came
    from such runs.

    Args:
        runs: from ``collect_runs`` or ``read_runs``.
        rows: the artefact's rows in plan.json. A row may have a ``metric`` of its own, and may
            say ``statistic: median`` where the reported number is a median, and
            ``reported_runs``, the number of runs behind it.
        reference: from ``read_reference``; None without any.
        metric: what the artefact shows.
        rung: of the scale.
    """
    axes = axis_names(rows)
    shown = [metric_name(row.metric or metric) for row in rows]
    table = [
        {
            **{axis: row.value(axis) for axis in axes},
            "arm": row.arm,
            "reported": row.reported,
            "cited": row.cited,
            "metric": name,
            **_summary(runs_of(runs, row, axes), row, name),
            "evidence": rung.evidence,
            **_left_out(row),
            **({} if reference is None else reference.of_row(row, row.metric or metric)),
        }
        for row, name in zip(rows, shown, strict=True)
    ]
    frame = pd.DataFrame(table, columns=[*axes, *SUMMARY_COLUMNS, *FURTHER_COLUMNS])
    counts = ["n", "learned", *(f"reference_{c}" for c in ("n", "runs", "diverged", "learned"))]
    return with_whole_numbers(frame, counts)


def runs_of(runs: pd.DataFrame, row: RowRecord, axes: Iterable[str]) -> pd.DataFrame:
    """The runs of one row of plan.json."""
    chosen = runs["arm"] == row.arm
    for axis in axes:
        chosen &= runs[axis] == row.value(axis)
    return runs[chosen]


def learned_by_run(runs: pd.DataFrame, rows: Sequence[RowRecord]) -> pd.Series:
    """Whether each run of an artefact is better than guessing; None where that is not known.

    Args:
        runs: of the artefact, with its axes and ``arm``.
        rows: of plan.json.
    """
    learned = pd.Series([None] * len(runs), runs.index, dtype=object)
    for row in rows:
        if guessing := Guessing.of(row):
            own = runs_of(runs, row, axis_names(rows))
            own = own[own["status"] == FINISHED]
            for place, numbers in zip(own.index, own.to_dict("records"), strict=True):
                learned[place] = guessing.is_beaten(numbers)
    return learned


def row_status(statuses: Iterable[str]) -> str:
    """One word for the runs of a row.

    finished, diverged, failed or missing where all runs are; partly diverged where some are;
    failed where nothing finished and something failed; partial where some finished.
    """
    present = set(statuses)
    if not present:
        return MISSING
    if len(present) == 1:
        return present.pop()
    if DIVERGED in present:
        return "partly diverged"
    return PARTIAL if FINISHED in present else FAILED


def finite_values(runs: pd.DataFrame, metric: str) -> np.ndarray:
    """The metric of the finished runs that have it.

    Raises:
        InputError: there is no such metric.
    """
    finished = runs[runs["status"] == FINISHED]
    if metric in DERIVED:
        values = np.array([DERIVED[metric](run) for _, run in finished.iterrows()], float)
    elif metric in finished:
        values = finished[metric].to_numpy(float, na_value=np.nan)
    elif finished.empty:
        values = np.array([])
    else:
        columns = {name for name in runs if pd.api.types.is_numeric_dtype(runs[name])}
        raise InputError(
            f"an artefact shows the metric {metric!r}, which none of its runs has: "
            f"{choose_among(metric, columns | set(DERIVED))}"
        )
    return values[np.isfinite(values)]


def _left_out(row: RowRecord) -> dict[str, Any]:
    """What is said of a row that is not run: nothing of its runs is missing."""
    reason = row.not_run
    return {"status": NOT_RUN, "reason": reason} if reason else {}


def _summary(runs: pd.DataFrame, row: RowRecord, metric: str) -> dict[str, Any]:
    values = finite_values(runs, metric)
    low, high = prediction_of_row(values, row) or (None, None)
    finished = runs[runs["status"] == FINISHED]
    guessing = Guessing.of(row)
    return {
        "learned": guessing and guessing.beaten_by(finished.to_dict("records")),
        "course": course_of_row(finished[COURSE]) if COURSE in finished else None,
        "mean": values.mean() if len(values) else None,
        "std": values.std(ddof=1) if len(values) > 1 else None,
        "n": len(values),
        "status": row_status(runs["status"]),
        "prediction_low": low,
        "prediction_high": high,
        "median": np.median(values) if len(values) else None,
        "statistic": row.statistic,
    }
