"""From cell folders to one row per run: the runs.csv of an artefact."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.courses import course_of
from reprise.analysis.measures import at_scale, measure_curve, reported_values
from reprise.analysis.records import Histories, read_record
from reprise.errors import InputError
from reprise.studies.artefact_records import RowRecord
from reprise.studies.measure_forms import Measure, Metric, metric_name, reported_series
from reprise.studies.run_folders import is_trained
from reprise.studies.statuses import FINISHED

METRICS = [*reported_series(), "epochs", "updates", "parameters", "wall_seconds"]
COURSE = "course"
RUN_COLUMNS = ["arm", "seed", "status", "folder"]
SUMMARY_COLUMNS = [
    "arm",
    "reported",
    "cited",
    "mean",
    "std",
    "n",
    "status",
    "reference_mean",
    "reference_std",
    "reference_n",
    "prediction_low",
    "prediction_high",
]
WHOLE_NUMBERS = ["seed", "epochs", "updates", "parameters"]


def collect_runs(rows: Sequence[RowRecord], results: Path) -> pd.DataFrame:
    """One row per run of an artefact: the axes, arm, seed, status, folder, then the metrics.

    ``course`` names the way that a finished training run went (see ``reprise.analysis.courses``).
    Further numbers of a metrics.json become columns after the standard metrics, and so does a
    measure of the learning curve that a row shows, by its ``metric_name``; rows that show
    something else leave it empty. Runs that are missing or failed have empty metrics.

    Args:
        rows: the artefact's rows in plan.json; ``folders`` are relative to ``results``, ``report``
            says which epochs are reported.
        results: the results folder of the scale.

    Raises:
        InputError: a file of a cell is truncated, or an axis has the name of another column.
    """
    histories = Histories(results)
    axes = axis_names(rows)
    runs = [
        {
            **{axis: row.value(axis) for axis in axes},
            "arm": row.arm,
            "seed": int(seed),
            "folder": folder,
            **_run(folder, row, histories),
        }
        for row in rows
        for seed, folder in row.folders.items()
    ]
    leading = [*axes, *RUN_COLUMNS, *METRICS, COURSE]
    further = sorted({name for run in runs for name in run} - set(leading))
    return with_whole_numbers(pd.DataFrame(runs, columns=[*leading, *further]))


def axis_names(rows: Iterable[RowRecord]) -> list[str]:
    """The axes of an artefact's rows, in their order.

    Raises:
        InputError: an axis has the name of another column of the artefact's files.
    """
    names = list(dict.fromkeys(axis for row in rows for axis in row.axes))
    taken = {*RUN_COLUMNS, *METRICS, *SUMMARY_COLUMNS, COURSE, "artefact", "metric"}
    if clash := sorted(taken.intersection(names)):
        raise InputError(
            f"the axes of an artefact should not have the name of a column of its files, but one "
            f"is called {clash[0]!r}: rename the axis in the study's YAML"
        )
    return names


def read_runs(path: Path, axes: Iterable[str]) -> pd.DataFrame:
    """Read a runs.csv; the axes hold value ids as text.

    Raises:
        InputError: the file is absent or lacks a column.
    """
    text = [*axes, "arm", "status", "folder"]
    try:
        runs = pd.read_csv(
            path, dtype=dict.fromkeys([*text, COURSE], str), keep_default_na=False, na_values=[""]
        )
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} should hold the runs of an artefact, but cannot be read "
            f"({type(error).__name__}): ask Snakemake for it again"
        ) from None
    if lacking := [name for name in (*text, "seed") if name not in runs]:
        raise InputError(
            f"{path} should have the column {lacking[0]!r}, but has {', '.join(runs.columns)}: "
            "ask Snakemake for it again"
        )
    return runs.assign(**{name: runs[name].fillna("") for name in text})


def read_exact(path: Path, rows: Sequence[RowRecord], metric: Metric) -> pd.DataFrame:
    """The exact numbers of a computed artefact, as a single run for each row.

    Args:
        path: its tidy data; where there is none yet, there are no runs.
        rows: the artefact's rows in plan.json.
        metric: what rows show that have no metric of their own.
    """
    axes = axis_names(rows)
    columns = [*axes, *RUN_COLUMNS]
    if not path.exists():
        return pd.DataFrame(columns=columns)
    text = dict.fromkeys([*axes, "arm", "status"], str)
    computed = pd.read_csv(path, dtype=text, keep_default_na=False, na_values=[""])
    shown = {tuple(row.axes.values()): row.metric or metric for row in rows}
    runs = []
    for record in computed.to_dict("records"):
        values = tuple(record[axis] for axis in axes)
        run = {column: record[column] for column in (*axes, "arm", "status")}
        folder = "/".join((path.stem, *values, record["arm"]))
        runs.append({**run, "seed": 0, "folder": folder, shown[values]: record["mean"]})
    further = sorted({name for run in runs for name in run} - set(columns))
    return pd.DataFrame(runs, columns=[*columns, *further])


def with_whole_numbers(frame: pd.DataFrame, names: Iterable[str] = WHOLE_NUMBERS) -> pd.DataFrame:
    """Counts as whole numbers that may be missing, so that a file does not show 46920.0."""
    present = {name: "Int64" for name in names if name in frame}
    return frame.astype(dict.fromkeys(present, "Float64")).astype(present)


def _run(folder: str, row: RowRecord, histories: Histories) -> dict[str, Any]:
    record = read_record(histories.results / folder)
    run: dict[str, Any] = {"status": record.status, **record.numbers}
    report, metric = row.report, row.metric
    if record.status == FINISHED:
        if is_trained(folder) and folder in histories:
            run[COURSE] = course_of(histories[folder])
        if not report.is_last:
            run |= reported_values(histories[folder], report)
        if isinstance(metric, Measure):
            scaled = at_scale(metric, row.epoch_ratio)
            run[metric_name(metric)] = measure_curve(scaled, histories[folder])
    return run
