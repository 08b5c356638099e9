"""A report of whatever is finished: of a grid that still runs, or of which cells failed."""

import shutil
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

from reprise.analysis.cell_metrics import collect_metrics
from reprise.analysis.reference import Reference, read_references
from reprise.analysis.study_tables import (
    CLAIMS,
    write_all_claims,
    write_conclusions,
    write_gathered,
)
from reprise.exclusion import FILE as LOCK
from reprise.exclusion import alone_in
from reprise.rendering.cells import planned_folders
from reprise.rendering.figures import draw_figure, draw_learning_curves
from reprise.rendering.report import render_report
from reprise.rendering.snapshots import keep_run
from reprise.studies.artefact_records import (
    CURVES,
    FIGURE,
    PICTURE,
    RUNS,
    TABLE,
    ArtefactRecord,
)
from reprise.studies.plan_storage import read_plan, write_plan
from reprise.studies.rungs import Rung

# Of today's code, by study, artefact and the id of the published cell.
Fingerprints = Mapping[str, Mapping[str, Mapping[str, list[str]]]]


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
    for study in plan.studies:
        references = read_references(reference, fingerprints[study.id])
        for artefact in study.artefacts:
            if not artefact.gathered and f"{study.id}/{artefact.id}.{TABLE}" not in others:
                _copy_computed(study.id, artefact, results, preview)
            _write_artefact(study.id, artefact, preview, references[artefact.id], plan.rung)
        write_conclusions(study, preview, references, plan.scale.verdicts, plan.rung)
    write_all_claims([preview / study.id / CLAIMS for study in plan.studies], preview / CLAIMS)
    collect_metrics(planned_folders(plan), preview).to_csv(preview / "metrics.csv", index=False)


def _write_artefact(
    study: str, artefact: ArtefactRecord, preview: Path, reference: Reference | None, rung: Rung
) -> None:
    """Write what rules make of an artefact, but for what its probe computes."""
    base = preview / study / artefact.id
    made = {ending: Path(f"{base}.{ending}") for ending in artefact.endings}
    if RUNS in made:
        write_gathered(artefact, preview, base, reference, rung)
    if CURVES in made:
        draw_learning_curves(artefact, preview, study, made[CURVES])
    if FIGURE in made:
        draw_figure(artefact, preview, study, made[FIGURE], made[PICTURE])


def _copy_computed(study: str, artefact: ArtefactRecord, results: Path, preview: Path) -> None:
    """What a probe computed from descriptions, or of all runs of a search, is there or missing."""
    table = results / study / f"{artefact.id}.{TABLE}"
    if table.exists():
        shutil.copy(table, preview / study)
