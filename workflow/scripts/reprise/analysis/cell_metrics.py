"""One row per training cell: the metrics.csv of a scale."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.collecting import METRICS, with_whole_numbers
from reprise.analysis.records import precision_of, read_record
from reprise.errors import InputError
from reprise.studies.measure_forms import known_reported_series
from reprise.studies.run_folders import settings_of

PROVENANCE = [
    "device",
    "device_name",
    "threads",
    "commit",
    "modified",
    "python",
    "torch",
    "runner",
    "peak_memory_bytes",
    "finished_at",
]
FURTHER_METRICS = ("images_per_second", "processor_seconds")
OTHER_METRICS = [name for name in METRICS if name not in ("epochs", "wall_seconds")]
COLUMNS = [
    "folder",
    "model",
    "norm",
    "schedule",
    "batch_size",
    "epochs",
    "dataset",
    "data_variant",
    "variant",
    "seed",
    "status",
    *OTHER_METRICS,
    "images_per_second",
    "precision",
    *PROVENANCE,
    "wall_seconds",
    "processor_seconds",
    "published",
]
WHOLE_NUMBERS = [
    "batch_size",
    "epochs",
    "seed",
    "updates",
    "parameters",
    "threads",
    "peak_memory_bytes",
]


def collect_metrics(folders: Iterable[str], results: Path) -> pd.DataFrame:
    """One row per cell, missing and failed ones included, in the order of ``folders``.

    Scores of other tasks than that of most cells are columns at the end, where a cell has them.

    Args:
        folders: of training cells, relative to ``results``.
        results: the results folder of the scale.

    Raises:
        InputError: a folder is no cell's address, or one of its files is truncated.
    """
    rows = [_row(folder, Path(results)) for folder in folders]
    further = [n for n in known_reported_series() if n not in COLUMNS and any(n in r for r in rows)]
    return with_whole_numbers(pd.DataFrame(rows, columns=[*COLUMNS, *further]), WHOLE_NUMBERS)


def _row(folder: str, results: Path) -> dict[str, Any]:
    settings = settings_of(folder)
    if settings is None:
        raise InputError(
            "a cell's folder should be cells/<model>/<norm>/<schedule>/bs<batch>/<variant>/"
            f"seed<n>, but plan.json names {folder}: write plan.json again"
        )
    record = read_record(results / folder)
    provenance = record.content.get("provenance", {})
    data = provenance.get("data", {})
    scores = {n: record.content[n] for n in known_reported_series() if n in record.content}
    return {
        **{name: record.content.get(name) for name in (*METRICS, *FURTHER_METRICS)},
        **scores,
        **{name: provenance.get(name) for name in PROVENANCE},
        **settings,
        "folder": folder,
        "status": record.status,
        "precision": precision_of(record.content) if record.content else None,
        "dataset": data.get("name"),
        "data_variant": data.get("variant"),
        "published": record.content.get("published"),
    }
