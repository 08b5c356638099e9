"""A report of whatever is finished: of a grid that still runs, or of which cells failed."""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pandas as pd

from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.claims.study_claims import evaluate_study
from reprise.analysis.deviations import measure_deviations
from reprise.analysis.reference import Reference, read_references
from reprise.analysis.summaries import collect_and_summarise
from reprise.exclusion import FILE as LOCK
from reprise.exclusion import alone_in
from reprise.rendering.cells import planned_folders
from reprise.rendering.figures import draw_figure, draw_learning_curves
from reprise.rendering.report import render_report
from reprise.rendering.snapshots import keep_run
from reprise.studies.plan_records import StudyRecord
from reprise.studies.plan_storage import read_plan, write_plan
from reprise.studies.rungs import Rung

# Of today's code, by study, artefact and the id of the published cell.
Fingerprints = Mapping[str, Mapping[str, Mapping[str, str]]]


def render_preview(
    plan: Mapping[str, Any],
    results: Path,
    destination: Path,
    reference: Path,
    fingerprints: Fingerprints,
    others: Collection[str] = (),
) -> None:
    """Compute everything anew from the cells that are there and render it.

    It reads the results folder and writes to ``<results>/preview`` and ``destination`` alone, so
    that nothing of it is taken for the files of a run, and a run that goes on is not disturbed.
    Of two previews at a time the second waits for the first.

    Args:
        plan: what is asked for, as plain data.
        results: the results folder of a scale.
        destination: the HTML file.
        reference: the folder of reference runs.
        fingerprints: tell which reference runs are stale.
        others: folders of runs, and tables that probes computed, that do not belong to what is
            asked for, relative to ``results``; they count as missing.

    Raises:
        InputError: a file of a run is damaged.
    """
    preview = results / "preview"
    with alone_in(preview):
        for old in preview.iterdir():
            if old.is_dir():
                shutil.rmtree(old)
            elif old.name != LOCK:
                old.unlink()
        _render(plan, results, preview, fingerprints, reference, others)
        render_report(preview, destination, reference)


def _render(
    content: Mapping[str, Any],
    results: Path,
    preview: Path,
    fingerprints: Fingerprints,
    reference: Path,
    others: Collection[str],
) -> None:
    write_plan(content, preview)
    plan = read_plan(preview)
    for folder in planned_folders(plan, runs=""):
        if folder in others:
            (preview / folder).mkdir(parents=True)
        else:
            keep_run(folder, results, preview)
    verdicts, rung = plan.scale.verdicts, plan.rung
    claims = []
    for study in plan.studies:
        known = read_references(reference, fingerprints[study.id])
        claims.append(_write_study(study, results, preview, known, verdicts, rung, others))
    pd.concat(claims).to_csv(preview / "claims.csv", index=False)
    collect_metrics(planned_folders(plan), preview).to_csv(preview / "metrics.csv", index=False)


def _write_study(
    study: StudyRecord,
    results: Path,
    preview: Path,
    known: Mapping[str, Reference | None],
    verdicts: bool,
    rung: Rung,
    others: Collection[str],
) -> pd.DataFrame:
    folder = preview / study.id
    for artefact in study.artefacts:
        base = folder / artefact.id
        if artefact.has_runs:
            runs, table = collect_and_summarise(artefact, preview, known[artefact.id], rung)
            runs.to_csv(f"{base}.runs.csv", index=False)
            table.to_csv(f"{base}.csv", index=False)
            if artefact.probe is None:
                draw_learning_curves(artefact, preview, study.id, Path(f"{base}.curves.svg"))
        elif (table := f"{study.id}/{artefact.id}.csv") not in others:
            _copy_probe(results / table, folder)
        if artefact.figure:
            svg, png = Path(f"{base}.svg"), Path(f"{base}.png")
            draw_figure(artefact, preview, study.id, svg, png)
    # Which of them are stale, in which those of two artefacts differ, is not said here.
    reference = next(iter(known.values()), None)
    deviations = measure_deviations(study, preview, verdicts, reference)
    deviations.to_csv(folder / "deviations.csv", index=False)
    return evaluate_study(study, preview, verdicts, known, rung)


def _copy_probe(table: Path, folder: Path) -> None:
    """What a probe computed from descriptions, or of all runs of a search, is there or missing."""
    if table.exists():
        shutil.copy(table, folder)
