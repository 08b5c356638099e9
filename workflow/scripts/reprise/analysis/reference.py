"""Reference runs: what real hardware gave, kept below ``reference/<scale>-<data>-<hardware>/``."""

from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.records import FINISHED
from reprise.errors import InputError


def read_reference(folder: Path) -> pd.DataFrame | None:
    """All ``<folder>/*/metrics.csv`` with the column ``source``, the folder's name.

    None where there are none.

    Raises:
        InputError: a file is no table with the columns published and status.
    """
    tables = [_read(path) for path in sorted(Path(folder).glob("*/metrics.csv"))]
    return pd.concat(tables, ignore_index=True) if tables else None


def aggregate_reference(reference: pd.DataFrame, metric: str) -> dict[str, dict[str, Any]]:
    """Mean, sample sd, n and source of each published cell's finished reference runs.

    Sources are never mixed: where several hold a cell, that with the most epochs counts (the
    closest to what was published), then that with the most runs.

    Args:
        reference: from ``read_reference``.
        metric: a column; one that no reference has gives nothing.
    """
    if metric not in reference:
        return {}
    finished = reference[(reference["status"] == FINISHED) & reference[metric].notna()]
    summary = {}
    for (published, source), runs in finished.groupby(["published", "source"]):
        epochs = runs["epochs"].max() if "epochs" in runs else 0
        rank = (epochs, len(runs))
        if published not in summary or rank > summary[published][0]:
            summary[published] = rank, _aggregate(runs[metric], source)
    return {published: aggregated for published, (_, aggregated) in summary.items()}


def _aggregate(values: pd.Series, source: str) -> dict[str, Any]:
    return {
        "reference_mean": float(values.mean()),
        "reference_std": float(values.std(ddof=1)) if len(values) > 1 else None,
        "reference_n": len(values),
        "reference_source": source,
    }


def _read(path: Path) -> pd.DataFrame:
    try:
        table = pd.read_csv(path, dtype={"published": str, "status": str})
    except (OSError, ValueError) as error:
        raise InputError(
            f"{path} should hold the metrics of reference runs, but cannot be read "
            f"({type(error).__name__}): restore it from version control"
        ) from None
    if lacking := [name for name in ("published", "status") if name not in table]:
        raise InputError(
            f"{path} should have the column {lacking[0]!r}, but has {', '.join(table.columns)}: "
            "restore it from version control"
        )
    return table.assign(source=path.parent.name)
