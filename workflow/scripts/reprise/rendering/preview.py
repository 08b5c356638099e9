"""A report of whatever is finished: of a grid that still runs, or of which cells failed."""

import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.claims.judging import evaluate_study
from reprise.analysis.collecting import collect_runs
from reprise.analysis.deviations import measure_deviations
from reprise.analysis.reference import read_reference
from reprise.analysis.summaries import summarise
from reprise.rendering.figures import draw_figure, draw_learning_curves
from reprise.rendering.report import render_report


def render_preview(results: Path, destination: Path, reference: Path) -> None:
    """Compute everything anew from the cells that are there and render it.

    Tables and figures go to ``<results>/preview``, so that none of them is taken for those of a
    finished run.

    Args:
        results: the results folder of a scale, with its plan.json.
        destination: the HTML file.
        reference: the folder of reference runs.
    """
    plan = json.loads((results / "plan.json").read_text(encoding="utf-8"))
    preview = results / "preview"
    shutil.rmtree(preview, ignore_errors=True)
    preview.mkdir()
    (preview / "cells").symlink_to(os.path.relpath(results / "cells", preview))
    shutil.copy(results / "plan.json", preview)
    verdicts = plan["scale"]["verdicts"]
    claims = [
        _write_study(study, results, preview, reference, verdicts) for study in plan["studies"]
    ]
    pd.concat(claims).to_csv(preview / "claims.csv", index=False)
    collect_metrics(_folders(plan), preview).to_csv(preview / "metrics.csv", index=False)
    render_report(preview, destination, reference)


def _folders(plan: Mapping[str, Any]) -> list[str]:
    rows = (row for s in plan["studies"] for a in s["artefacts"] for row in a["rows"])
    return sorted({folder for row in rows for folder in row["folders"].values()})


def _write_study(
    study: dict[str, Any], results: Path, preview: Path, reference: Path, verdicts: bool
) -> pd.DataFrame:
    folder = preview / study["id"]
    folder.mkdir()
    known = read_reference(reference)
    for artefact in study["artefacts"]:
        base = folder / artefact["id"]
        if artefact["probe"] is None:
            runs = collect_runs(artefact["rows"], preview, artefact["report"])
            runs.to_csv(f"{base}.runs.csv", index=False)
            table = summarise(runs, artefact["rows"], known, artefact["metric"])
            table.to_csv(f"{base}.csv", index=False)
            draw_learning_curves(artefact, preview, study["id"], Path(f"{base}.curves.svg"))
        else:
            _copy_probe(results / study["id"] / f"{artefact['id']}.csv", folder)
        if artefact["figure"]:
            svg, png = Path(f"{base}.svg"), Path(f"{base}.png")
            draw_figure(artefact, preview, study["id"], svg, png)
    deviations = measure_deviations(study, preview, verdicts)
    deviations.to_csv(folder / "deviations.csv", index=False)
    return evaluate_study(study, preview, verdicts)


def _copy_probe(table: Path, folder: Path) -> None:
    """What a probe computed does not depend on cells; it is there or it is missing."""
    if table.exists():
        shutil.copy(table, folder)
